import type { EventOf, HostEventType, RolloutPolicy } from '../../src/machine/events.ts';
import { newPendingHost, type HostRolloutState } from '../../src/machine/record.ts';

export const HALT: RolloutPolicy = { onHealthFailure: 'halt' };
export const ROLLBACK: RolloutPolicy = { onHealthFailure: 'rollback-and-halt' };

/** A dispatch from closure `old` to closure `new`, with a soak until 10000. */
export const aDispatch = {
  rolloutId: 'stable@r1',
  hostname: 'web-01',
  channel: 'stable',
  targetClosure: 'new',
  dispatchedAt: 1_000,
  soakDueAt: 10_000,
};
const pending = newPendingHost(aDispatch);

/** A host of that dispatch, with these fields changed. */
export const aHost = (fields: Partial<HostRolloutState> = {}): HostRolloutState => ({
  ...pending,
  ...(fields.state === undefined || fields.state === 'Pending' ? {} : { currentClosureAtDispatch: 'old' }),
  ...fields,
});

/** A host that has switched, with no probe results yet. */
export const aSoakingHost = (fields: Partial<HostRolloutState> = {}): HostRolloutState =>
  aHost({ state: 'Soaking', currentClosure: 'new', activationCompletedAt: 3_000, lastEventSeq: 5, ...fields });

/** An event with these fields. */
export const anEvent = <Type extends HostEventType>(type: Type, fields: Omit<EventOf<Type>, 'type'>): EventOf<Type> =>
  // Safe: the fields of an event with its type are that event.
  ({ type, ...fields }) as unknown as EventOf<Type>;
