import { rolloutMachine, type RolloutTag } from './rollout.machine.ts';
import type { RolloutState } from './rollout-record.ts';

const DISPATCHING: RolloutTag = 'dispatching';

/** Whether a rollout in this state may still dispatch hosts: the chart says so by a tag. */
export function isDispatching(state: RolloutState): boolean {
  return rolloutMachine.states[state]?.tags.includes(DISPATCHING) ?? false;
}
