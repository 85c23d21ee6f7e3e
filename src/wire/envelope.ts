import type { OutboundEvent } from '../machine/events.ts';

/** One event of one host in one rollout, as an agent posts it (specification: wire, "the event envelope"). */
export interface Envelope {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  /** Hexadecimal text, carried and never checked here. */
  readonly signature: string | null;
}
