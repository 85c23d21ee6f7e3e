import type { HostRolloutState } from '../machine/record.ts';

/**
 * The part of a host's record that crosses the wire in heartbeats and their answers (specification: wire,
 * "HostRolloutSnapshot"). It carries no probe state and none of the remaining times.
 *
 * As everywhere, an absent value is `null` and times are epoch milliseconds.
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

/** What a peer is told of `record`. */
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
