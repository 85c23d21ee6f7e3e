import type { FilmLane } from '../film/film-of-run.ts';
import type { ShownRun } from '../run-file/shown-run.ts';

/** The number of a host that is not in a run. */
export const NOBODY = -1;

/** Pairs of hosts of two runs, with the same name and in the n-th rollout of the same channel. */
export interface HostPairs {
  readonly lanes: readonly FilmLane[];
  /** The lane of each pair. */
  readonly laneOf: Uint16Array;
  /** The host's number in run A and in run B, by pair. */
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** The pair of each host of run A, and of run B. */
  readonly pairOfA: Int32Array;
  readonly pairOfB: Int32Array;
}

interface OpenLane {
  readonly channel: string;
  readonly wave: number;
  readonly pairs: { a: number; b: number }[];
}

/** Pairs the hosts of two runs. The wave of a pair is that of run A, or else of run B. */
export function pairHosts(runA: ShownRun, runB: ShownRun): HostPairs {
  const lanes = new Map<string, OpenLane>();
  const byName = new Map<string, { a: number; b: number }>();
  const put = (run: ShownRun, side: 'a' | 'b') => {
    const ofChannel = new Map<string, number>();
    let number = 0;
    for (const { channel, waves } of run.file.rollouts) {
      const rollout = ofChannel.get(channel) ?? 0;
      ofChannel.set(channel, rollout + 1);
      for (const [wave, { hosts }] of waves.entries()) {
        for (const hostname of hosts) {
          const key = JSON.stringify([channel, rollout, hostname]);
          let pair = byName.get(key);
          if (pair === undefined) {
            pair = { a: NOBODY, b: NOBODY };
            byName.set(key, pair);
            laneOf(lanes, channel, rollout, wave).pairs.push(pair);
          }
          pair[side] = number;
          number += 1;
        }
      }
    }
    return number;
  };
  const hostsA = put(runA, 'a');
  const hostsB = put(runB, 'b');
  return flatten([...lanes.values()], hostsA, hostsB);
}

function laneOf(lanes: Map<string, OpenLane>, channel: string, rollout: number, wave: number): OpenLane {
  const key = JSON.stringify([channel, rollout, wave]);
  let lane = lanes.get(key);
  if (lane === undefined) lanes.set(key, (lane = { channel, wave, pairs: [] }));
  return lane;
}

function flatten(open: readonly OpenLane[], hostsA: number, hostsB: number): HostPairs {
  const count = open.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const laneOf = new Uint16Array(count);
  const [a, b] = [new Int32Array(count), new Int32Array(count)];
  const [pairOfA, pairOfB] = [new Int32Array(hostsA), new Int32Array(hostsB)];
  const lanes: FilmLane[] = [];
  let at = 0;
  for (const { channel, wave, pairs } of open) {
    lanes.push({ name: `${channel} · ${wave}`, firstHost: at, hosts: pairs.length });
    for (const pair of pairs) {
      laneOf[at] = lanes.length - 1;
      a[at] = pair.a;
      b[at] = pair.b;
      if (pair.a !== NOBODY) pairOfA[pair.a] = at;
      if (pair.b !== NOBODY) pairOfB[pair.b] = at;
      at += 1;
    }
  }
  return { lanes, laneOf, a, b, pairOfA, pairOfB };
}
