import { useCallback, useEffect, useRef, useState } from 'react';
import { type DemoChoice, type RunPlace } from '../../play/run-place.ts';
import type { RunFile } from '../../run-file/run-file.ts';
import { ShownRun } from '../../run-file/shown-run.ts';
import { readRunFile, type ReadRun } from '../../run-file/read-run-file.ts';
import { filmOfRun } from '../../film/film-of-run.ts';
import { keepRun, loadRun, newKeptName } from './kept-runs.ts';
import {
  answerWaiting,
  isRequested,
  nextId,
  placeIn,
  runsAtLink,
  withLive,
  withRun,
  type OpenRun,
  type RunMove,
  type Runs,
} from './open-runs.ts';
import type { RunRequest } from './run-request.ts';
import { requestOfVariant, type ScenarioVariant } from './scenario-variant.ts';
import { useRunner, type RunOrder } from './use-runner.ts';

/** Where a run came from. */
export interface RunOrigin {
  readonly choice: DemoChoice | null;
  /** `null` if the file has it, or if it is unknown. */
  readonly source: RunRequest | null;
  readonly isExample: boolean;
  /** Its name among the kept runs, if it came from there. */
  readonly kept: string | null;
  /** The run file to keep; `null` if it need not be kept. */
  readonly text: string | null;
}

/** Nobody reads the messages of more hosts. */
const MOST_RECORDED = 8;

/** Identifies an event: type, host and time. */
const stepsOf = ({ log: { afterMs, host, hostnames, accepted } }: RunFile): string =>
  JSON.stringify([afterMs, host, hostnames, accepted]);

/** A run file that has its scenario can be run again. */
const sourceOf = ({ file: { scenario } }: ReadRun): RunRequest | null =>
  scenario === '' ? null : { type: 'scenario', text: scenario, files: new Map(), isExample: false };

/** The open runs, the one being made, and those that a link asks for. */
export function useRuns() {
  const [runs, setRuns] = useState<Runs>({ open: [], asked: [], waiting: [] });
  const { open, asked, waiting } = runs;
  const runsNow = useRef(runs);
  runsNow.current = runs;

  /** Opens a run, at the place that a link names if one asked for it. */
  const add = useCallback((read: ReadRun, origin: RunOrigin) => {
    const { choice, isExample } = origin;
    const kept = origin.kept ?? (origin.text === null || isExample ? null : newKeptName());
    if (kept !== null && origin.text !== null) void keepRun(kept, read.file.title, origin.text);
    setRuns((old) => {
      if (isExample && old.open.length > 0) return old;
      const place = old.asked.find((each) => isRequested({ choice, kept }, each));
      const history = new ShownRun(read);
      const run: OpenRun = {
        id: nextId(old),
        visits: 0,
        history,
        film: filmOfRun(history),
        filter: null,
        source: origin.source ?? sourceOf(read),
        choice,
        kept,
        ...placeIn(place),
        isExample,
      };
      return withRun({ ...old, asked: old.asked.filter((each) => each !== place) }, run);
    });
  }, []);

  const isLiveNew = useRef(true);
  const addLive = useCallback((read: ReadRun) => {
    const isNew = isLiveNew.current;
    isLiveNew.current = false;
    const history = new ShownRun(read);
    const film = filmOfRun(history);
    setRuns((old) => withLive(old, { history, film }, isNew));
  }, []);

  /** Replaces another run with the waiting one; `null` drops the waiting one. */
  const answer = useCallback((replacedId: number | null) => setRuns((old) => answerWaiting(old, replacedId)), []);

  /** Swaps A and B. */
  const swap = useCallback(() => setRuns((old) => ({ ...old, open: old.open.toReversed() })), []);

  const close = useCallback(
    (id: number) => setRuns((old) => ({ ...old, open: old.open.filter((run) => run.id !== id) })),
    [],
  );

  const move = useCallback(
    (id: number, place: RunMove) =>
      setRuns((old) => ({ ...old, open: old.open.map((run) => (run.id === id ? { ...run, ...place } : run)) })),
    [],
  );

  const goTo = useCallback((places: readonly RunPlace[]) => setRuns((old) => runsAtLink(old, places)), []);

  /** Replaces a run with a repetition that records more. Returns a sentence if the two differ. */
  const replace = useCallback((id: number, read: ReadRun): string | null => {
    const old = runsNow.current.open.find((run) => run.id === id);
    if (old === undefined) return null;
    const { file } = old.history;
    if (stepsOf(file) !== stepsOf(read.file))
      return 'The run could not be repeated: this version of the simulator gives a different one.';
    // Takes over only the messages: a scenario written as a file may name a budget differently.
    const history = new ShownRun({
      file: { ...file, messages: read.file.messages },
      events: old.history.history.events,
    });
    if (old.kept !== null) void keepRun(old.kept, file.title, JSON.stringify(history.file));
    setRuns((runs) => ({
      ...runs,
      open: runs.open.map((run) => (run.id === id ? { ...run, history, film: filmOfRun(history) } : run)),
    }));
    return null;
  }, []);

  const { state, start, cancel, dismiss } = useRunner(
    useCallback(
      (text: string, { request, again }: RunOrder) => {
        const read = readRunFile(text);
        if (!read.ok) return `The run has ended but cannot be shown. ${read.message}`;
        if (again !== null) return replace(again.id, read);
        const choice = request.type === 'generated' ? request.choice : null;
        const isExample = request.type === 'scenario' && request.isExample;
        add(read, { choice, source: request, isExample, kept: null, text: choice === null ? text : null });
        return null;
      },
      [add, replace],
    ),
  );

  /** Repeats a run to record the messages of one more host. */
  const record = useCallback(
    ({ id, source, history: { file } }: OpenRun, hostname: string) => {
      if (source === null) return;
      const before = file.messages?.hostnames ?? [];
      start(source, { id, messagesOf: new Set([...before.slice(1 - MOST_RECORDED), hostname]) });
    },
    [start],
  );

  /** Keeps a run open beside the next one, even the example, which this browser then keeps. */
  const keepOpen = useCallback((id: number) => {
    const example = runsNow.current.open.find((run) => run.id === id && run.isExample);
    if (example === undefined) return;
    const { file } = example.history;
    const kept = newKeptName();
    void keepRun(kept, file.title, JSON.stringify(file));
    setRuns((old) => ({
      ...old,
      open: old.open.map((run) => (run.id === id ? { ...run, kept, isExample: false } : run)),
    }));
  }, []);

  /** Repeats a run with one change, to compare both. */
  const compareWith = useCallback(
    ({ id, source }: OpenRun, variant: ScenarioVariant) => {
      if (source === null) return;
      keepOpen(id);
      start(requestOfVariant(source, variant));
    },
    [keepOpen, start],
  );

  // Makes the runs that a link asks for, one after another.
  const next = asked.find(({ choice }) => choice !== null)?.choice ?? null;
  useEffect(() => {
    if (next !== null) start({ type: 'generated', choice: next });
  }, [next, start]);

  // Reads the runs kept in this browser.
  const nextKept = asked.find(({ choice, kept }) => choice === null && kept !== null)?.kept ?? null;
  const openKept = useCallback(
    async (kept: string) => {
      const text = await loadRun(kept);
      const read = text === null ? null : readRunFile(text);
      if (read?.ok === true) return add(read, { choice: null, source: null, isExample: false, kept, text: null });
      setRuns((old) => ({
        ...old,
        asked: old.asked.map((place) => (place.kept === kept ? { ...place, kept: null } : place)),
      }));
    },
    [add],
  );
  useEffect(() => {
    if (nextKept !== null) void openKept(nextKept);
  }, [nextKept, openKept]);

  return {
    openKept,
    addLive,
    open,
    asked,
    waiting,
    runner: state,
    start,
    cancel,
    dismiss,
    add,
    close,
    move,
    goTo,
    answer,
    swap,
    record,
    keepOpen,
    compareWith,
  };
}
