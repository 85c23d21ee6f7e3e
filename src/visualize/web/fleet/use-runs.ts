import { useCallback, useEffect, useState } from 'react';
import { MOST_RUNS, type DemoChoice, type RunPlace } from '../../play/run-place.ts';
import { ShownRun } from '../../run-file/shown-run.ts';
import { readRunFile, type ReadRun } from '../../run-file/read-run-file.ts';
import { filmOfRun } from '../../film/film-of-run.ts';
import { isSameChoice, runsAtLink, type OpenRun, type Runs } from './open-runs.ts';
import type { RunRequest } from './run-request.ts';
import { useRunner } from './use-runner.ts';

/** The runs that are open, the one that is being made, and those that a link asks for. */
export function useRuns() {
  const [{ open, asked, pushedOut }, setRuns] = useState<Runs>({ open: [], asked: [], pushedOut: null });

  /** Puts a run beside the last one; if a link asked for it, at the place that the link names. An example makes way for it. */
  const add = useCallback(
    (read: ReadRun, choice: DemoChoice | null, isExample = false) =>
      setRuns((old) => {
        if (isExample && old.open.length > 0) return old;
        const place = old.asked.find((each) => isSameChoice(each.choice, choice));
        const history = new ShownRun(read);
        const run: OpenRun = {
          id: 1 + Math.max(0, ...old.open.map(({ id }) => id)),
          visits: 0,
          history,
          film: filmOfRun(history),
          filter: null,
          choice,
          time: place?.time ?? null,
          host: place?.host ?? null,
          isExample,
        };
        const open = [...old.open.filter((each) => !each.isExample), run];
        const asked = old.asked.filter((each) => each !== place);
        return { open: open.slice(-MOST_RUNS), asked, pushedOut: open.length > MOST_RUNS ? (open[0] ?? null) : null };
      }),
    [],
  );

  /** Shows the run again that a third one pushed out, in place of the newest. */
  const bringBack = useCallback(
    () =>
      setRuns((old) =>
        old.pushedOut === null
          ? old
          : { ...old, open: [old.pushedOut, ...old.open.slice(0, MOST_RUNS - 1)], pushedOut: null },
      ),
    [],
  );

  /** What is A becomes B. */
  const swap = useCallback(() => setRuns((old) => ({ ...old, open: old.open.toReversed() })), []);

  const close = useCallback(
    (id: number) => setRuns((old) => ({ ...old, open: old.open.filter((run) => run.id !== id) })),
    [],
  );

  const move = useCallback(
    (id: number, place: Partial<Pick<OpenRun, 'time' | 'host' | 'filter'>>) =>
      setRuns((old) => ({ ...old, open: old.open.map((run) => (run.id === id ? { ...run, ...place } : run)) })),
    [],
  );

  const goTo = useCallback((places: readonly RunPlace[]) => setRuns((old) => runsAtLink(old, places)), []);

  const { state, start, cancel, dismiss } = useRunner(
    useCallback(
      (text: string, request: RunRequest) => {
        const read = readRunFile(text);
        if (!read.ok) return `The run is over and cannot be shown. ${read.message}`;
        add(
          read,
          request.type === 'generated' ? request.choice : null,
          request.type === 'scenario' && request.isExample,
        );
        return null;
      },
      [add],
    ),
  );

  // What a link asks for is run one after the other.
  const next = asked.find(({ choice }) => choice !== null)?.choice ?? null;
  useEffect(() => {
    if (next !== null) start({ type: 'generated', choice: next });
  }, [next, start]);

  return { open, asked, pushedOut, runner: state, start, cancel, dismiss, add, close, move, goTo, bringBack, swap };
}
