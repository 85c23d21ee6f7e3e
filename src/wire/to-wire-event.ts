import type { LocalEvent, OutboundEvent, RemoteEvent } from '../machine/events.ts';
import { outboundEvent } from '../machine/outbound.ts';

/**
 * The event as the agent reports it: its own fields and `seq`, and no other. The reverse of `toHostEvent` for a remote
 * event; for a local one it is what the machine's own `LocalEmitEvent` carries.
 */
export function toWireEvent(event: RemoteEvent | LocalEvent): OutboundEvent {
  return outboundEvent(event);
}
