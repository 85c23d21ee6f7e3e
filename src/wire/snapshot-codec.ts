import { decodeWith } from './codec.ts';
import { object, optional, type ObjectCodec } from './composites.ts';
import type { HostRolloutSnapshot } from './host-rollout-snapshot.ts';
import type { JsonObject } from './json.ts';
import { lastSeq, rolloutIdText, text, time } from './scalars.ts';
import { hostState } from './vocabulary-codecs.ts';
import type { WireResult } from './wire-result.ts';

export const snapshotCodec: ObjectCodec<HostRolloutSnapshot> = object<HostRolloutSnapshot>({
  rolloutId: rolloutIdText,
  hostname: text,
  channel: text,
  state: hostState,
  targetClosure: text,
  currentClosureAtDispatch: optional(text),
  currentClosure: optional(text),
  dispatchedAt: time,
  dispatchAckedAt: optional(time),
  activationStartedAt: optional(time),
  activationCompletedAt: optional(time),
  soakDueAt: optional(time),
  lastEventSeq: lastSeq,
});

/** Reads one HostRolloutSnapshot (specification: wire, "Heartbeat"). Never throws. */
export function decodeSnapshot(json: unknown): WireResult<HostRolloutSnapshot> {
  return decodeWith(snapshotCodec, json);
}

/**
 * The reverse of {@link decodeSnapshot}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeSnapshot(snapshot: HostRolloutSnapshot): JsonObject {
  return snapshotCodec.encode(snapshot, '$');
}
