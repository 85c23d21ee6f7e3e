import { rolloutMachine, type RolloutTag } from './rollout.machine.ts';
import type { RolloutState } from './rollout-record.ts';

const DISPATCHING: RolloutTag = 'dispatching';
const dispatching: ReadonlySet<string> = new Set(
  Object.values(rolloutMachine.states)
    .filter(({ tags }) => tags.includes(DISPATCHING))
    .map(({ key }) => key),
);

/** Whether a rollout in this state may still dispatch hosts: the chart marks those states with a tag. */
export const isDispatching = (state: RolloutState): boolean => dispatching.has(state);
