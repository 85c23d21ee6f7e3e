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

/** The host no longer holds others back. */
export const isOrderingEligible = (state: HostState): boolean => orderingEligible.has(state);

/** The host counts against a disruption budget. */
export const isInFlight = (state: HostState): boolean => inFlight.has(state);

/** The rollout is over for a host in this state, under this policy. */
export const isAtEnd = (state: HostState, policy: HealthFailurePolicy): boolean =>
  atEnd.has(state) || (policy === 'halt' && atEndUnderHalt.has(state));
