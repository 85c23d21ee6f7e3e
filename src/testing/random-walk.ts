import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { step, type HostRolloutState, type RolloutPolicy } from '../machine/index.ts';
import { acceptedCell, type Dimension } from './coverage/dimension.ts';
import { canBeNumbered, eventOf, type SideMove } from './moves.ts';

export interface RandomWalkOptions {
  readonly start: HostRolloutState;
  readonly policy: RolloutPolicy;
  readonly moves: readonly SideMove[];
  readonly dimension: Dimension;
  readonly wanted: readonly string[];
  /** The walk ends when this share of `wanted` has been touched. */
  readonly percent: number;
  readonly seed: number;
  readonly maxWalkLength: number;
  /** For all walks together, in case chance does not reach the percentage. */
  readonly maxSteps: number;
}

export interface RandomWalks {
  readonly walks: readonly (readonly SideMove[])[];
  readonly touched: number;
}

/**
 * Walks from the start, with events picked by the seed. Half of the steps pick an accepted event, because refused ones
 * are far more numerous. A walk ends in a state that accepts nothing, after a few refusals.
 */
export function randomWalks(options: RandomWalkOptions): RandomWalks {
  const { start, policy, moves, dimension } = options;
  const random = xoroshiro128plus(options.seed);
  const missing = new Set(options.wanted);
  const enough = Math.ceil((options.wanted.length * options.percent) / 100);
  const touched = () => options.wanted.length - missing.size;
  const walks: (readonly SideMove[])[] = [];

  for (let steps = 0; steps < options.maxSteps && touched() < enough;) {
    const walk: SideMove[] = [];
    let record = start;
    let previous: string | null = null;
    let isOver = false;
    while (!isOver && walk.length < options.maxWalkLength && touched() < enough) {
      const offered = moves
        .filter(({ move, numbering }) => move.makesSense(record) && canBeNumbered(numbering, record.lastEventSeq))
        .map((move) => {
          const event = eventOf(move, { record, policy, at: record.dispatchedAt });
          return { move, event, result: step(record, event, 0, policy) };
        });
      const accepted = offered.filter(({ result }) => result.ok);
      const from = accepted.length > 0 && uniformInt(random, 0, 1) === 0 ? accepted : offered;
      const picked = from[uniformInt(random, 0, from.length - 1)];
      if (picked === undefined) break;
      const visit = { before: record, event: picked.event, policy, result: picked.result, previous };
      for (const item of dimension.touched(visit)) missing.delete(item);
      previous = acceptedCell(visit);
      if (picked.result.ok) record = picked.result.state;
      walk.push(picked.move);
      steps += 1;
      isOver = accepted.length === 0 && uniformInt(random, 0, LINGER) === 0;
    }
    if (walk.length === 0) break;
    walks.push(walk);
  }
  return { walks, touched: touched() };
}

/** Roughly how many refusals are tried in a state that accepts nothing. */
const LINGER = 12;
