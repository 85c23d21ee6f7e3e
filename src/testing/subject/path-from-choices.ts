import { step, type HealthFailurePolicy, type HostRolloutState } from '../../machine/index.ts';
import { canBeNumbered, eventOf, everyMove, oddlyNumberedMoves, type SideMove } from '../moves.ts';
import { pathName } from '../path-name.ts';
import { replay } from '../replay.ts';
import { sampleHost } from '../sample-host.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';

/** How to make a path from choices. */
export interface ChoiceOptions {
  readonly side: Side;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly start?: HostRolloutState;
}

/**
 * A path from a list of any numbers. Each picks an event: an even number among those accepted there, an odd one among
 * all. Made for fast-check, which shrinks lists of numbers well: to fewer and plainer events.
 *
 * fc.array(fc.nat(), { minLength: 1 }).map((choices) => pathFromChoices(choices, { side: 'agent', onHealthFailure:
 * 'halt' }))
 */
export function pathFromChoices(choices: readonly number[], options: ChoiceOptions): TestPath {
  const { side, onHealthFailure, start = sampleHost } = options;
  const policy = { onHealthFailure };
  const moves = [...everyMove(side), ...oddlyNumberedMoves(side)];
  const walk: SideMove[] = [];
  let record = start;
  for (const choice of choices) {
    const offered = moves
      .filter(({ move, numbering }) => move.makesSense(record) && canBeNumbered(numbering, record.lastEventSeq))
      .map((move) => ({
        move,
        result: step(record, eventOf(move, { record, policy, at: record.dispatchedAt }), 0, policy),
      }));
    const accepted = offered.filter(({ result }) => result.ok);
    const from = choice % 2 === 0 && accepted.length > 0 ? accepted : offered;
    const picked = from[Math.floor(Math.abs(choice) / 2) % from.length];
    if (picked === undefined) break;
    walk.push(picked.move);
    if (picked.result.ok) record = picked.result.state;
  }
  const steps = replay(start, policy, walk);
  const name = pathName({ criterion: 'random', number: 1, side, policy, start, steps, about: null });
  return { name, side, policy, start, steps };
}
