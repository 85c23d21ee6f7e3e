import type { RolloutEvent } from '../rollout/rollout-events.ts';
import type { RolloutState } from '../rollout/rollout-record.ts';
import type { RolloutRefusal } from '../rollout/rollout-refusals.ts';
import { membersOf } from './bits.ts';
import type { WithdrawDispatch } from './control-plane-effects.ts';
import { withdraw } from './host-slots.ts';
import { editRollout, log, rolloutAt, type Turn } from './turn.ts';

/** Feeds the rollout machine. What it accepts enters the event log; what it refuses is logged and changes nothing. */
export function feedRollout(turn: Turn, index: number, event: RolloutEvent): RolloutRefusal | null {
  const before = rolloutAt(turn, index).record;
  const result = turn.parts.stepRollout(before, event, turn.now);
  if (!result.ok) {
    log(turn, 'warn', result.error.message, { rolloutId: before.rolloutId, event: event.type });
    return result.error;
  }
  turn.effects.push({ type: 'AppendRolloutEvent', rolloutId: before.rolloutId, event });
  for (const effect of result.effects) turn.effects.push(effect);
  editRollout(turn, index).record = result.record;
  withdrawUnlessDispatching(turn, index, result.record.state);
  return null;
}

/** A rollout that has stopped dispatching leaves nothing behind that a poll could still hand out. */
function withdrawUnlessDispatching(turn: Turn, index: number, state: RolloutState): void {
  const { dispatching } = turn.state;
  if (turn.parts.mayDispatch(state) || !dispatching.includes(index)) return;
  turn.state.dispatching = dispatching.filter((other) => other !== index);
  for (const position of membersOf(rolloutAt(turn, index).dispatched)) {
    withdraw(turn, index, position, stoppedBecause(state));
  }
}

function stoppedBecause(state: RolloutState): WithdrawDispatch['because'] {
  return state === 'Superseded' ? 'rollout-superseded' : 'rollout-halted';
}
