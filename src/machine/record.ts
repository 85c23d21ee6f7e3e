import type { HealthFailurePolicy, ProbeMode, ProbeStatus, Time } from './events.ts';

/** The state that one host is in, within one rollout. The chart describes each. */
export type HostState = 'Pending' | 'Activating' | 'Deferred' | 'Soaking' | 'Converged' | 'Failed' | 'Reverted';

/** The last that is known of one probe of the running closure. */
export interface ProbeRecord {
  readonly status: ProbeStatus;
  readonly mode: ProbeMode;
  readonly lastObservedAt: Time;
  readonly lastPassAt: Time | null;
  readonly failureReason: string | null;
}

/**
 * Everything that is known of one host in one rollout (specification: host-machine, "Record").
 *
 * All times but `dispatchedAt` and `soakDueAt` are by the agent's clock. `null` means that it has not happened; an
 * empty string is a value.
 */
export interface HostRolloutState {
  readonly rolloutId: string;
  readonly hostname: string;
  readonly channel: string;
  readonly state: HostState;
  readonly targetClosure: string;
  /** What the host ran when it was dispatched, and so what a rollback goes back to. */
  readonly currentClosureAtDispatch: string | null;
  readonly currentClosure: string | null;
  readonly revertedTo: string | null;
  readonly dispatchedAt: Time;
  readonly dispatchAckedAt: Time | null;
  readonly activationStartedAt: Time | null;
  readonly activationCompletedAt: Time | null;
  readonly activationFailedAt: Time | null;
  readonly probeObservedFirstAt: Time | null;
  readonly probeFailureFirstAt: Time | null;
  /** The end of the soak window, fixed by the control plane; `null` means that there is none. */
  readonly soakDueAt: Time | null;
  readonly convergedAt: Time | null;
  readonly failedAt: Time | null;
  readonly policyApplied: HealthFailurePolicy | null;
  readonly revertedAt: Time | null;
  /** By probe name, which may be any string, `__proto__` included: look names up with `Object.hasOwn`. */
  readonly probes: Readonly<Record<string, ProbeRecord>>;
  /** The `seq` of the newest accepted event; 0 before the first. */
  readonly lastEventSeq: number;
}

/** What a dispatch fixes before anything has happened on the host. */
export type PendingHost = Pick<
  HostRolloutState,
  'rolloutId' | 'hostname' | 'channel' | 'targetClosure' | 'dispatchedAt' | 'soakDueAt'
>;

/** A record that a step is still writing: its own copy, not yet anybody else's. */
export type HostDraft = { -readonly [Field in keyof HostRolloutState]: HostRolloutState[Field] };

/** The probes of a closure that has not been probed yet. */
export const NO_PROBES: HostRolloutState['probes'] = Object.freeze({});

/** The record of a host that was dispatched and has not acknowledged it: the only way for a record to begin. */
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
 * A copy that a step may write to. Field by field, because one fixed shape is several times faster to make and to
 * read than the result of a spread; the type makes a forgotten field fail to compile.
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
