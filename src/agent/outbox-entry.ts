import type { OutboundEvent } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { AgentManifest } from './agent-manifest.ts';

/** An event that the control plane has not answered yet (specification: agent, rule 4). */
export interface OutboxEntry {
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  /** On disk before anything that follows it; otherwise a crash may lose it, as part of the tail. */
  readonly durable: boolean;
}

/**
 * What the outbox keeps of a rollout beside its undelivered events. Always durable.
 *
 * Entries leave the outbox when they are delivered, and some never reach the disk, so the entries alone cannot tell
 * which numbers were used, nor what the host was doing. The header can: it is written before the first number above
 * `numberedTo` is used, which makes "none is ever used for two events" (rule 11) hold without an answer too, and again
 * after each change of state, so that an agent and a control plane which both lost their memory still know the host.
 */
export interface OutboxHeader {
  readonly rolloutId: string;
  readonly manifest: AgentManifest;
  /** The record without what the entries after its `lastEventSeq` tell. */
  readonly record: HostRolloutState;
  /** No number above this one was ever used; some below may never have been. A gap does no harm. */
  readonly numberedTo: number;
}
