import { MOST_RUNS, wholeRun, type RunPlace } from '../../play/run-place.ts';
import type { FilmOfRun } from '../../film/film-of-run.ts';
import type { HostFilter } from '../../find/host-filter.ts';
import type { RunRequest } from './run-request.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';

/** A run that is shown, and what of it. */
export interface OpenRun extends RunPlace {
  /** Tells it from the others, equal ones included. */
  readonly id: number;
  /** How often a link changed its position; the pane then starts again. */
  readonly visits: number;
  readonly history: ShownRun;
  readonly film: FilmOfRun;
  /** How it is run again; `null` where that is not known. */
  readonly source: RunRequest | null;
  /** Which hosts are looked at; `null` is all of them. */
  readonly filter: HostFilter | null;
  /** Shown because nothing else is; it makes way for the first run of the user's own. */
  readonly isExample: boolean;
}

/** What of a run is shown from now on. */
export type RunMove = Partial<Pick<OpenRun, 'time' | 'host' | 'filter' | 'range' | 'isSkippingSoaks'>>;

export interface Runs {
  readonly open: readonly OpenRun[];
  /** What a link asked for and has still to be run. */
  readonly asked: readonly RunPlace[];
  /** Further runs, until someone says which of the open ones each of them replaces. */
  readonly waiting: readonly OpenRun[];
}

/** Puts a run beside the last one. An example makes way for it; where two runs are open, it waits. */
export function withRun(runs: Runs, run: OpenRun): Runs {
  const open = runs.open.filter((each) => !each.isExample);
  return open.length < MOST_RUNS
    ? { ...runs, open: [...open, run] }
    : { ...runs, open, waiting: [...runs.waiting, run] };
}

/** What a link shows of a run; all of it if no link asked for it. */
export const placeIn = (place: RunPlace | undefined): typeof wholeRun => {
  const { time, host, range, isSkippingSoaks } = place ?? wholeRun;
  return { time, host, range, isSkippingSoaks };
};

/** The number of the live run; others count from 1. */
const LIVE_ID = 0;

/**
 * Shows the live run as far as it has come.
 *
 * @param isNew it was never shown; otherwise one that was closed stays away, unless a link asks for it
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

/** The run that has waited longest takes the place of another; `null` leaves it out. */
export function answerWaiting({ open, asked, waiting: [next, ...others] }: Runs, replacedId: number | null): Runs {
  const isLeftOut = next === undefined || replacedId === null;
  return { open: isLeftOut ? open : open.map((run) => (run.id === replacedId ? next : run)), asked, waiting: others };
}

/** A number that no run has yet. */
export const nextId = ({ open, waiting }: Runs): number =>
  1 + Math.max(0, ...[...open, ...waiting].map(({ id }) => id));

/** Whether a run is the one that a link asks for. A link to a file that is not kept goes to whatever file is open. */
export const isRequested = (run: Pick<RunPlace, 'choice' | 'kept'>, place: RunPlace): boolean =>
  JSON.stringify(run.choice) === JSON.stringify(place.choice) && (place.kept === null || place.kept === run.kept);

/**
 * What a link says is shown: runs that are open already go to its places, the others are asked for. A run that it does
 * not mention stays open where there is room: one from a file could not be had back.
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
