import { laneSpans, type FilmOfRun, type LaneSpan } from '../film/film-of-run.ts';
import { changesOfHosts, elementAt, type HostChanges } from '../film/film.ts';
import { NOT_STARTED } from '../film/looks.ts';
import type { ShownRun } from '../run-file/shown-run.ts';
import { NOBODY, pairHosts, type HostPairs } from './pair-hosts.ts';

/** What a host does next, and when; `null` if it does nothing more or is not in the run. */
export interface NextChange {
  readonly runMs: number;
  readonly look: number;
}

/** The first difference of a host between two runs. */
export interface Divergence {
  readonly pair: number;
  /** The earlier of the two times. */
  readonly runMs: number;
  readonly a: NextChange | null;
  readonly b: NextChange | null;
  /** Its final looks. */
  readonly endA: number;
  readonly endB: number;
}

export interface WaveDifference {
  readonly lane: number;
  readonly a: LaneSpan;
  readonly b: LaneSpan;
}

/** How long a gate held hosts in total. */
export interface GateDifference {
  readonly gate: string;
  readonly waitedAMs: number;
  readonly waitedBMs: number;
}

/** Two runs on one clock, and how they differ. */
export interface RunComparison {
  readonly pairs: HostPairs;
  /** Every differing host, in order of the first difference. */
  readonly divergences: readonly Divergence[];
  readonly waves: readonly WaveDifference[];
  readonly gates: readonly GateDifference[];
  readonly endRunMs: number;
}

export interface ComparedRun {
  readonly history: ShownRun;
  readonly film: FilmOfRun;
}

/** Changes at most this far apart count as simultaneous. */
const SAME_WITHIN_MS = 30_000;

/** Compares two runs host by host. */
export function compareRuns(runA: ComparedRun, runB: ComparedRun): RunComparison {
  const pairs = pairHosts(runA.history, runB.history);
  const [changesA, changesB] = [changesOfHosts(runA.film.film), changesOfHosts(runB.film.film)];
  const divergences: Divergence[] = [];
  for (let pair = 0; pair < pairs.laneOf.length; pair += 1) {
    const found = divergenceOf(pair, elementAt(pairs.a, pair), elementAt(pairs.b, pair), changesA, changesB);
    if (found !== null) divergences.push(found);
  }
  return {
    pairs,
    // At equal times, a different change matters more than a later one.
    divergences: divergences.toSorted((x, y) => x.runMs - y.runMs || isDelay(x) - isDelay(y) || x.pair - y.pair),
    waves: waveDifferences(pairs, runA.film, runB.film),
    gates: gateDifferences(runA, runB),
    endRunMs: Math.max(runA.film.endRunMs, runB.film.endRunMs),
  };
}

const isDelay = ({ a, b }: Divergence): number => Number(a !== null && b !== null && a.look === b.look);

function divergenceOf(
  pair: number,
  hostA: number,
  hostB: number,
  changesA: HostChanges,
  changesB: HostChanges,
): Divergence | null {
  const [ownA, ownB] = [changesA.of(hostA), changesB.of(hostB)];
  const [endA, endB] = [ownA.at(-1)?.look ?? NOT_STARTED, ownB.at(-1)?.look ?? NOT_STARTED];
  for (let step = 0; step < Math.max(ownA.length, ownB.length); step += 1) {
    const [a, b] = [ownA[step] ?? null, ownB[step] ?? null];
    if (a !== null && b !== null && a.look === b.look && Math.abs(a.runMs - b.runMs) <= SAME_WITHIN_MS) continue;
    return { pair, runMs: Math.min(a?.runMs ?? Infinity, b?.runMs ?? Infinity), a, b, endA, endB };
  }
  // The host is missing in one run and never started in the other.
  if ((hostA === NOBODY) !== (hostB === NOBODY)) return { pair, runMs: 0, a: null, b: null, endA, endB };
  return null;
}

function waveDifferences(pairs: HostPairs, filmA: FilmOfRun, filmB: FilmOfRun): readonly WaveDifference[] {
  const { lanes } = pairs;
  const a = laneSpans({ film: filmA.film, lanes: sizedLanes(pairs, pairs.a), laneOf: lanesOf(pairs, pairs.pairOfA) });
  const b = laneSpans({ film: filmB.film, lanes: sizedLanes(pairs, pairs.b), laneOf: lanesOf(pairs, pairs.pairOfB) });
  const none: LaneSpan = { beganRunMs: null, throughRunMs: null };
  return lanes.map((_, lane) => ({ lane, a: a[lane] ?? none, b: b[lane] ?? none }));
}

/** The lane of each host of one run, among the pairs. */
export const lanesOf = ({ laneOf }: HostPairs, pairOf: Int32Array): Uint16Array =>
  Uint16Array.from(pairOf, (pair) => elementAt(laneOf, pair));

function sizedLanes({ lanes, laneOf }: HostPairs, own: Int32Array): FilmOfRun['lanes'] {
  const sizes = lanes.map(() => 0);
  for (const [pair, host] of own.entries()) {
    const lane = elementAt(laneOf, pair);
    if (host !== NOBODY) sizes[lane] = (sizes[lane] ?? 0) + 1;
  }
  return lanes.map((lane, index) => ({ ...lane, hosts: sizes[index] ?? 0 }));
}

function gateDifferences(runA: ComparedRun, runB: ComparedRun): readonly GateDifference[] {
  const [a, b] = [waitsOf(runA), waitsOf(runB)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((gate) => ({ gate, waitedAMs: a.get(gate) ?? 0, waitedBMs: b.get(gate) ?? 0 }))
    .toSorted((x, y) => Math.abs(y.waitedBMs - y.waitedAMs) - Math.abs(x.waitedBMs - x.waitedAMs));
}

function waitsOf({ history, film }: ComparedRun): ReadonlyMap<string, number> {
  const waits = new Map<string, number>();
  for (const { view } of history.hosts) {
    for (const { hold, fromRunMs, untilRunMs } of view.heldBack) {
      const waited = Math.max(0, (untilRunMs ?? film.endRunMs) - fromRunMs);
      waits.set(hold.gate, (waits.get(hold.gate) ?? 0) + waited);
    }
  }
  return waits;
}
