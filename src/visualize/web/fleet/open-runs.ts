import { MOST_RUNS, wholeRun, type RunPlace } from '../../play/run-place.ts';
import type { FilmOfRun } from '../../film/film-of-run.ts';
import type { HostFilter } from '../../find/host-filter.ts';
import type { RunRequest } from './run-request.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';

/** An open run, and the view of it. */
export interface OpenRun extends RunPlace {
  /** Distinguishes it from others, even equal ones. */
  readonly id: number;
  /** How often a link has changed its place, which restarts the pane. */
  readonly visits: number;
  readonly history: ShownRun;
  readonly film: FilmOfRun;
  /** How to run it again; `null` if unknown. */
  readonly source: RunRequest | null;
  /** The hosts in focus; `null` for all. */
  readonly filter: HostFilter | null;
  /** Shown because nothing else is open. The user's first own run replaces it. */
  readonly isExample: boolean;
}

/** What to show of a run from now on. */
export type RunMove = Partial<Pick<OpenRun, 'time' | 'host' | 'filter' | 'range' | 'isSkippingSoaks'>>;

export interface Runs {
  readonly open: readonly OpenRun[];
  /** Runs that a link asked for and that are not made yet. */
  readonly asked: readonly RunPlace[];
  /** Further runs, until the user says which open one each of them replaces. */
  readonly waiting: readonly OpenRun[];
}

/** Opens a run beside the last one. It replaces an example. If two runs are open, it waits. */
export function withRun(runs: Runs, run: OpenRun): Runs {
  const open = runs.open.filter((each) => !each.isExample);
  return open.length < MOST_RUNS
    ? { ...runs, open: [...open, run] }
    : { ...runs, open, waiting: [...runs.waiting, run] };
}

/** What a link shows of a run; the default view if no link asked for it. */
export const placeIn = (place: RunPlace | undefined): typeof wholeRun => {
  const { time, host, range, isSkippingSoaks } = place ?? wholeRun;
  return { time, host, range, isSkippingSoaks };
};

/** The number of the live run. Others count from 1. */
const LIVE_ID = 0;

/**
 * Shows the current state of the live run.
 *
 * @param isNew whether it was never shown; otherwise, once closed, it stays closed unless a link asks for it
 */
export function withLive(runs: Runs, shown: Pick<OpenRun, 'history' | 'film'>, isNew: boolean): Runs {
  const { open, waiting } = runs;
  const update = (run: OpenRun): OpenRun => (run.id === LIVE_ID ? { ...run, ...shown } : run);
  if ([...open, ...waiting].some(({ id }) => id === LIVE_ID))
    return { ...runs, open: open.map(update), waiting: waiting.map(update) };
  const place = runs.asked.find(({ choice, kept }) => choice === null && kept === null);
  if (place === undefined && !isNew) return runs;
  const run: OpenRun = {
    id: LIVE_ID,
    visits: 0,
    ...shown,
    filter: null,
    source: null,
    choice: null,
    kept: null,
    isExample: false,
    ...placeIn(place),
  };
  const others = { ...runs, asked: runs.asked.filter((each) => each !== place) };
  return open.length < MOST_RUNS ? { ...others, open: [run, ...open] } : withRun(others, run);
}

/** The run that has waited longest replaces another, or is dropped for `null`. */
export function answerWaiting({ open, asked, waiting: [next, ...others] }: Runs, replacedId: number | null): Runs {
  const isLeftOut = next === undefined || replacedId === null;
  return { open: isLeftOut ? open : open.map((run) => (run.id === replacedId ? next : run)), asked, waiting: others };
}

/** An unused number. */
export const nextId = ({ open, waiting }: Runs): number =>
  1 + Math.max(0, ...[...open, ...waiting].map(({ id }) => id));

/** Whether a run is the one that a link asks for. A link to a file that is not kept matches any open file. */
export const isRequested = (run: Pick<RunPlace, 'choice' | 'kept'>, place: RunPlace): boolean =>
  JSON.stringify(run.choice) === JSON.stringify(place.choice) && (place.kept === null || place.kept === run.kept);

/**
 * Follows a link. Open runs move to its places, and the others are asked for. A run that it does not mention stays open
 * if there is room, because one from a file could not be recovered.
 */
export function runsAtLink({ open, waiting }: Runs, places: readonly RunPlace[]): Runs {
  const left = [...open];
  const kept: OpenRun[] = [];
  const missing: RunPlace[] = [];
  for (const place of places) {
    const at = left.findIndex((run) => isRequested(run, place));
    const [run] = at < 0 ? [] : left.splice(at, 1);
    if (run === undefined) missing.push(place);
    else
      kept.push({
        ...run,
        visits: run.visits + 1,
        time: place.time,
        host: place.host,
        range: place.range,
        isSkippingSoaks: place.isSkippingSoaks,
      });
  }
  const room = Math.max(0, MOST_RUNS - places.length);
  return { open: [...left.slice(0, room), ...kept], asked: missing, waiting };
}
