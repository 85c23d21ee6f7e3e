import { outboundEvent } from '../machine/outbound.ts';
import type { HostEvent, HostEventType, OutboundEventType, RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import { eventOf, everyMove, type SideMove } from '../testing/moves.ts';
import { sideOf } from '../testing/side.ts';

/** The name under which an event crosses the wire. */
export const wireTypeOf = (type: HostEventType): OutboundEventType =>
  // Only the tag is read to find the name; the fields are copied and not looked at.
  outboundEvent({ type } as HostEvent).type;

/** The concrete ways in which this event can happen, the usual one first. */
export const waysOf = (type: HostEventType): readonly SideMove[] =>
  everyMove(sideOf(type)).filter(({ move }) => move.type === wireTypeOf(type));

/**
 * A sensible event of this type for a record as it stands: the one that a person would most likely mean.
 *
 * @throws Error when the generator of paths has no way for the event, which its own tests exclude
 */
export function usualHostEvent(
  type: HostEventType,
  record: HostRolloutState,
  at: Time,
  policy: RolloutPolicy,
): HostEvent {
  const [usual] = waysOf(type);
  if (usual === undefined) throw new Error(`There is no sample of ${type}.`);
  return eventOf(usual, { record, at, policy });
}
