import type { Time } from '../machine/events.ts';
import { decodeBatchWith } from './codec.ts';
import { batchOf, object, optional, orElse } from './composites.ts';
import type { HostRolloutSnapshot } from './host-rollout-snapshot.ts';
import type { JsonObject } from './json.ts';
import { rolloutIdText, text, time } from './scalars.ts';
import { snapshotCodec } from './snapshot-codec.ts';
import type { WireBatchResult } from './wire-result.ts';

/** What an agent reports about itself every 60 s (specification: wire, "Heartbeat"). */
export interface Heartbeat {
  readonly hostname: string;
  readonly rolloutId: string | null;
  /** The closure that the host runs now. */
  readonly currentClosure: string | null;
  /** By the agent's clock. */
  readonly at: Time;
  /** The agent's own records, those at an end included; empty from an older agent, which sends none. */
  readonly rollouts: readonly HostRolloutSnapshot[];
  /** The ids of the rollouts whose events are still in the agent's outbox; empty from an older agent. */
  readonly undelivered: readonly string[];
}

const heartbeatCodec = object<Heartbeat>({
  hostname: text,
  rolloutId: optional(rolloutIdText),
  currentClosure: optional(text),
  at: time,
  rollouts: orElse(batchOf(snapshotCodec), []),
  undelivered: orElse(batchOf(rolloutIdText), []),
});

/**
 * Reads the body of `POST /v1/agent/heartbeat` (specification: wire, "Heartbeat"). Never throws.
 *
 * Unreadable entries of `rollouts` and `undelivered` are skipped, so that they do not cost the host its sign of life.
 * A missing entry therefore means something only if nothing was skipped.
 */
export function decodeHeartbeat(json: unknown): WireBatchResult<Heartbeat> {
  return decodeBatchWith(heartbeatCodec, json);
}

/**
 * The reverse of {@link decodeHeartbeat}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeHeartbeat(heartbeat: Heartbeat): JsonObject {
  return heartbeatCodec.encode(heartbeat, '$');
}
