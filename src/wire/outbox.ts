import { hostRecordFields, type HostRolloutState, type OutboundEvent, type RolloutPolicy } from '../machine/index.ts';
import { decodeWith, object, optional } from './codec.ts';
import { outboundEventCodec } from './envelope.ts';
import { codecsOf, flag, healthFailurePolicy, lastSeq, rolloutIdText, text } from './field-codecs.ts';
import type { JsonObject } from './json.ts';
import type { WireResult } from './problems.ts';

// What an agent keeps on its own disk, in the JSON of the wire. An outbox outlives the agent that wrote it, so it is
// decoded as strictly as a message from a peer.

/** An event that the control plane has not answered yet (specification: agent, rule 4). */
export interface OutboxEntry {
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  /** On disk before any later effect. If `false`, a crash may lose the event as part of the tail. */
  readonly durable: boolean;
}

/**
 * The part of a signed rollout manifest that concerns one host. The runtime has checked the signature. Without a
 * manifest, the agent never acts on a rollout or takes over a snapshot.
 */
export interface AgentManifest {
  readonly rolloutId: string;
  readonly hostname: string;
  readonly channel: string;
  readonly targetClosure: string;
  readonly policy: RolloutPolicy;
}

/**
 * What the outbox keeps for a rollout besides its undelivered events. Always durable.
 *
 * Entries leave the outbox when they are delivered, and some never reach the disk. So the entries alone do not show
 * which numbers were used, or what was under way. The header does. It is written before the first number above
 * `numberedTo` is used, so that no number is used for two events (rule 11), even without an answer. It is written again
 * after each change of state, so that the host is still known if both the agent and the control plane lose their
 * memory.
 */
export interface OutboxHeader {
  readonly rolloutId: string;
  readonly manifest: AgentManifest;
  /** The record before any entry above its `lastEventSeq`. */
  readonly record: HostRolloutState;
  /** No number above this one was ever used. Some below may be unused; a gap does no harm. */
  readonly numberedTo: number;
  /**
   * The boot of the machine in which the record was last known; for a Deferred record, the boot in which it was
   * deferred. `null` if unknown.
   */
  readonly bootId: string | null;
  /** Of two rollouts, the newer one has the greater number, whatever the clocks show. `null` if unknown. */
  readonly activation: number | null;
}

const entryCodec = object<OutboxEntry>({ rolloutId: rolloutIdText, event: outboundEventCodec, durable: flag });

const headerCodec = object<OutboxHeader>({
  rolloutId: rolloutIdText,
  manifest: object<AgentManifest>({
    rolloutId: rolloutIdText,
    hostname: text,
    channel: text,
    targetClosure: text,
    policy: object<RolloutPolicy>({ onHealthFailure: healthFailurePolicy }),
  }),
  record: object<HostRolloutState>(codecsOf(hostRecordFields)),
  numberedTo: lastSeq,
  bootId: optional(text),
  activation: optional(lastSeq),
});

/** Decodes one entry of an outbox. Never throws. */
export function decodeOutboxEntry(json: unknown): WireResult<OutboxEntry> {
  return decodeWith(entryCodec, json);
}

/**
 * The reverse of {@link decodeOutboxEntry}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeOutboxEntry(entry: OutboxEntry): JsonObject {
  return entryCodec.encode(entry, '$');
}

/** Decodes the header of one rollout. Never throws. */
export function decodeOutboxHeader(json: unknown): WireResult<OutboxHeader> {
  return decodeWith(headerCodec, json);
}

/**
 * The reverse of {@link decodeOutboxHeader}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeOutboxHeader(header: OutboxHeader): JsonObject {
  return headerCodec.encode(header, '$');
}
