import { decodeBatchWith } from './codec.ts';
import { batchOf, object, optional, orElse } from './composites.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { JsonObject } from './json.ts';
import { rolloutIdText, text, time } from './scalars.ts';
import { snapshotCodec } from './snapshot-codec.ts';
import type { WireBatchResult } from './wire-result.ts';

const heartbeatCodec = object<Heartbeat>({
  hostname: text,
  rolloutId: optional(rolloutIdText),
  currentClosure: optional(text),
  at: time,
  rollouts: orElse(batchOf(snapshotCodec), []),
});

/**
 * Reads the body of `POST /v1/agent/heartbeat` (specification: wire, "Heartbeat"). Never throws.
 *
 * Unreadable snapshots are skipped: they must not cost the host its sign of life. So a rollout without a snapshot here
 * is one that the agent has no record of only if nothing was skipped.
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
