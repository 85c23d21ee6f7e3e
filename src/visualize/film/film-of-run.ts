import { hostStates } from '../../machine/index.ts';
import { formatClock } from '../../text/index.ts';
import type { Film } from './film.ts';
import { countLooks, looks } from './looks.ts';
import type { ShownRun } from '../run-file/shown-run.ts';

/** A wave of a rollout in the river and the cells. */
export interface FilmLane {
  readonly name: string;
  /** The range of its host numbers in the run. */
  readonly firstHost: number;
  readonly hosts: number;
}

/** The data that views of a run draw. */
export interface FilmOfRun {
  readonly film: Film;
  readonly lanes: readonly FilmLane[];
  /** The lane of each host. */
  readonly laneOf: Uint16Array;
  readonly endRunMs: number;
}

export function filmOfRun({ file, hosts, film, shownUntil }: ShownRun): FilmOfRun {
  const lanes: FilmLane[] = [];
  const laneOf = new Uint16Array(hosts.length);
  let host = 0;
  for (const { waves, channel } of file.rollouts) {
    for (const [wave, { hosts: names }] of waves.entries()) {
      laneOf.fill(lanes.length, host, host + names.length);
      lanes.push({ name: `${channel} · ${wave}`, firstHost: host, hosts: names.length });
      host += names.length;
    }
  }
  return { film, lanes, laneOf, endRunMs: shownUntil };
}

export const stateOfLook = (look: number): string => (look === 0 ? 'Not started' : (hostStates[look - 1] ?? ''));

/** How many hosts have each look that some have, in words. */
export const looksInWords = (shown: Uint8Array): readonly string[] =>
  countLooks(shown).flatMap((count, look) => (count === 0 ? [] : `${count.toLocaleString('en')} ${stateOfLook(look)}`));

/** When a wave started, and when it no longer held the next one back; `null` if it did not. */
export interface LaneSpan {
  readonly beganRunMs: number | null;
  readonly throughRunMs: number | null;
}

/** Whether a wave has started and still holds the next one back. */
export const isOngoing = (span: LaneSpan | undefined): boolean =>
  span !== undefined && span.beganRunMs !== null && span.throughRunMs === null;

/** How long a wave took; `null` if it is not through. */
export const spanMs = ({ beganRunMs, throughRunMs }: LaneSpan): number | null =>
  beganRunMs === null || throughRunMs === null ? null : throughRunMs - beganRunMs;

/** How long a wave took, in words. */
export function spanWords(span: LaneSpan): string {
  const ms = spanMs(span);
  if (ms !== null) return formatClock(ms);
  return span.beganRunMs === null ? 'not started' : 'not done';
}

const isThrough = (look: number): boolean => looks[look] === 'Converged' || looks[look] === 'Deferred';

/** When each wave started, and when it no longer held the next one back. */
export function laneSpans({ film, lanes, laneOf }: Pick<FilmOfRun, 'film' | 'lanes' | 'laneOf'>): readonly LaneSpan[] {
  const began = lanes.map((): number | null => null);
  const through = lanes.map(() => 0);
  const throughAt = lanes.map((): number | null => null);
  const shown = new Uint8Array(laneOf.length);
  for (let change = 0; change < film.times.length; change += 1) {
    const [runMs, host, look] = [film.times[change] ?? 0, film.who[change] ?? 0, film.to[change] ?? 0];
    const lane = laneOf[host] ?? 0;
    began[lane] ??= runMs;
    const before = isThrough(shown[host] ?? 0) ? 1 : 0;
    through[lane] = (through[lane] ?? 0) + (isThrough(look) ? 1 : 0) - before;
    shown[host] = look;
    throughAt[lane] = through[lane] === lanes[lane]?.hosts ? (throughAt[lane] ?? runMs) : null;
  }
  return lanes.map((_, lane) => ({ beganRunMs: began[lane] ?? null, throughRunMs: throughAt[lane] ?? null }));
}
