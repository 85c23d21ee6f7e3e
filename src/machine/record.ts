import { field, nullable, type FieldTable, type ValuesOf } from './fields.ts';

export type { HostState, ProbeRecord } from './fields.ts';

/** The fields of a host's record, in their order (specification: host-machine, "Record"). */
export const hostRecordFields = {
  rolloutId: field('rolloutId'),
  hostname: field('text'),
  channel: field('text'),
  state: field('hostState'),
  targetClosure: field('closure'),
  /** The closure that the host ran at dispatch, and that a rollback returns to. */
  currentClosureAtDispatch: nullable('closure'),
  currentClosure: nullable('closure'),
  revertedTo: nullable('closure'),
  dispatchedAt: field('time'),
  dispatchAckedAt: nullable('time'),
  activationStartedAt: nullable('time'),
  activationCompletedAt: nullable('time'),
  activationFailedAt: nullable('time'),
  probeObservedFirstAt: nullable('time'),
  probeFailureFirstAt: nullable('time'),
  /** The end of the soak window, set by the control plane; `null` if there is none. */
  soakDueAt: nullable('time'),
  convergedAt: nullable('time'),
  failedAt: nullable('time'),
  policyApplied: nullable('healthFailurePolicy'),
  revertedAt: nullable('time'),
  /** By probe name, which may be any string, including `__proto__`: look names up with `Object.hasOwn`. */
  probes: field('probeRecords'),
  /** The `seq` of the newest accepted event; 0 before the first. */
  lastEventSeq: field('count'),
} as const satisfies FieldTable;

/**
 * Everything known about one host in one rollout (specification: host-machine, "Record").
 *
 * All times except `dispatchedAt` and `soakDueAt` are by the agent's clock. `null` means that something has not
 * happened; an empty string is a value.
 */
export interface HostRolloutState extends ValuesOf<typeof hostRecordFields> {}

/** The fields that a dispatch sets before anything has happened on the host. */
export type PendingHost = Pick<
  HostRolloutState,
  'rolloutId' | 'hostname' | 'channel' | 'targetClosure' | 'dispatchedAt' | 'soakDueAt'
>;

/** A record that a step is writing: a private copy. */
export type HostDraft = { -readonly [Field in keyof HostRolloutState]: HostRolloutState[Field] };

/** The probes of a closure that has not been probed yet. */
export const NO_PROBES: HostRolloutState['probes'] = Object.freeze({});

/** The record of a host that was dispatched and has not acknowledged it yet. Every record starts like this. */
export function newPendingHost(host: PendingHost): HostRolloutState {
  return {
    rolloutId: host.rolloutId,
    hostname: host.hostname,
    channel: host.channel,
    state: 'Pending',
    targetClosure: host.targetClosure,
    currentClosureAtDispatch: null,
    currentClosure: null,
    revertedTo: null,
    dispatchedAt: host.dispatchedAt,
    dispatchAckedAt: null,
    activationStartedAt: null,
    activationCompletedAt: null,
    activationFailedAt: null,
    probeObservedFirstAt: null,
    probeFailureFirstAt: null,
    soakDueAt: host.soakDueAt,
    convergedAt: null,
    failedAt: null,
    policyApplied: null,
    revertedAt: null,
    probes: NO_PROBES,
    lastEventSeq: 0,
  };
}

/**
 * A copy that a step may write to. Field by field, because a fixed shape is several times faster to create and to read
 * than the result of a spread. A forgotten field does not compile.
 */
export function draftOf(record: HostRolloutState): HostDraft {
  return {
    rolloutId: record.rolloutId,
    hostname: record.hostname,
    channel: record.channel,
    state: record.state,
    targetClosure: record.targetClosure,
    currentClosureAtDispatch: record.currentClosureAtDispatch,
    currentClosure: record.currentClosure,
    revertedTo: record.revertedTo,
    dispatchedAt: record.dispatchedAt,
    dispatchAckedAt: record.dispatchAckedAt,
    activationStartedAt: record.activationStartedAt,
    activationCompletedAt: record.activationCompletedAt,
    activationFailedAt: record.activationFailedAt,
    probeObservedFirstAt: record.probeObservedFirstAt,
    probeFailureFirstAt: record.probeFailureFirstAt,
    soakDueAt: record.soakDueAt,
    convergedAt: record.convergedAt,
    failedAt: record.failedAt,
    policyApplied: record.policyApplied,
    revertedAt: record.revertedAt,
    probes: record.probes,
    lastEventSeq: record.lastEventSeq,
  };
}
