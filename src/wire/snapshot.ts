import { hostRecordFields, type HostRolloutState } from '../machine/index.ts';
import { decodeWith, object } from './codec.ts';
import { codecsOf } from './field-codecs.ts';
import type { JsonObject } from './json.ts';
import type { WireResult } from './problems.ts';

/**
 * The part of a host's record that crosses the wire in heartbeats and their answers (specification: wire,
 * "HostRolloutSnapshot"). It carries no probe state and none of the remaining times.
 *
 * As elsewhere, an absent value is `null`, and times are epoch milliseconds.
 */
export type HostRolloutSnapshot = Pick<
  HostRolloutState,
  | 'rolloutId'
  | 'hostname'
  | 'channel'
  | 'state'
  | 'targetClosure'
  | 'currentClosureAtDispatch'
  | 'currentClosure'
  | 'dispatchedAt'
  | 'dispatchAckedAt'
  | 'activationStartedAt'
  | 'activationCompletedAt'
  | 'soakDueAt'
  | 'lastEventSeq'
>;

/** The part of `record` that is sent to a peer. */
export function snapshotOf(record: HostRolloutState): HostRolloutSnapshot {
  return {
    rolloutId: record.rolloutId,
    hostname: record.hostname,
    channel: record.channel,
    state: record.state,
    targetClosure: record.targetClosure,
    currentClosureAtDispatch: record.currentClosureAtDispatch,
    currentClosure: record.currentClosure,
    dispatchedAt: record.dispatchedAt,
    dispatchAckedAt: record.dispatchAckedAt,
    activationStartedAt: record.activationStartedAt,
    activationCompletedAt: record.activationCompletedAt,
    soakDueAt: record.soakDueAt,
    lastEventSeq: record.lastEventSeq,
  };
}

const codecs = codecsOf(hostRecordFields);

export const snapshotCodec = object<HostRolloutSnapshot>({
  rolloutId: codecs.rolloutId,
  hostname: codecs.hostname,
  channel: codecs.channel,
  state: codecs.state,
  targetClosure: codecs.targetClosure,
  currentClosureAtDispatch: codecs.currentClosureAtDispatch,
  currentClosure: codecs.currentClosure,
  dispatchedAt: codecs.dispatchedAt,
  dispatchAckedAt: codecs.dispatchAckedAt,
  activationStartedAt: codecs.activationStartedAt,
  activationCompletedAt: codecs.activationCompletedAt,
  soakDueAt: codecs.soakDueAt,
  lastEventSeq: codecs.lastEventSeq,
});

/** Decodes one HostRolloutSnapshot (specification: wire, "Heartbeat"). Never throws. */
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
