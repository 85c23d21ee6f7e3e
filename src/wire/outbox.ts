import { hostRecordFields, type HostRolloutState, type OutboundEvent, type RolloutPolicy } from '../machine/index.ts';
import { decodeWith, object, optional } from './codec.ts';
import { outboundEventCodec } from './envelope.ts';
import { codecsOf, flag, healthFailurePolicy, lastSeq, rolloutIdText, text } from './field-codecs.ts';
import type { JsonObject } from './json.ts';
import type { WireResult } from './problems.ts';

// What an agent keeps on its own disk, in the JSON of the wire: an outbox outlives the agent that wrote it, and is read
// as strictly as what a peer sent.

/** An event that the control plane has not answered yet (specification: agent, rule 4). */
export interface OutboxEntry {
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  /** On disk before anything that follows it; otherwise a crash may lose it, as part of the tail. */
  readonly durable: boolean;
}

/**
 * The part of a signed rollout manifest that concerns one host. The runtime has checked the signature: the agent never
 * acts for a rollout, nor takes a snapshot over, without its manifest.
 */
export interface AgentManifest {
  readonly rolloutId: string;
  readonly hostname: string;
  readonly channel: string;
  readonly targetClosure: string;
  readonly policy: RolloutPolicy;
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
  /** The record before the entries after its `lastEventSeq`. */
  readonly record: HostRolloutState;
  /** No number above this one was ever used; some below may never have been. A gap does no harm. */
  readonly numberedTo: number;
  /**
   * The boot of the machine that the record was last known in; of a Deferred record, the one in which it was deferred.
   * `null` where that is not known.
   */
  readonly bootId: string | null;
  /** The newer of two rollouts has the greater one, whatever the clocks show. `null` if unknown. */
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

/** Reads one entry of an outbox. Never throws. */
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

/** Reads the header of one rollout. Never throws. */
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
