import { hostRolloutMachine, type HostTag } from './host-rollout.machine.ts';
import type { HealthFailurePolicy, HostState } from './fields.ts';

export { hostStates } from './fields.ts';

const taggedWith = (tag: HostTag): ReadonlySet<string> => {
  const tagged = Object.values(hostRolloutMachine.states).filter(({ tags }) => tags.includes(tag));
  return new Set(tagged.map(({ key }) => key));
};

const orderingEligible = taggedWith('ordering-eligible');
const inFlight = taggedWith('in-flight');
const atEnd = taggedWith('at-end');
const atEndUnderHalt = taggedWith('at-end-under-halt');

/** Whether the host no longer blocks others. */
export const isOrderingEligible = (state: HostState): boolean => orderingEligible.has(state);

/** Whether the host counts against a disruption budget. */
export const isInFlight = (state: HostState): boolean => inFlight.has(state);

/** Whether the rollout is over for a host in this state, under this policy. */
export const isAtEnd = (state: HostState, policy: HealthFailurePolicy): boolean =>
  atEnd.has(state) || (policy === 'halt' && atEndUnderHalt.has(state));
