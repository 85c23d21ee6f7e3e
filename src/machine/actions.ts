import type { HostEffect } from './effects.ts';
import type { EventOf, HostEvent, RolloutPolicy } from './events.ts';
import { occurredAt, toWireEvent, type Moving } from './event-forms.ts';
import { NO_PROBES, type HostDraft, type HostRolloutState, type HostState, type ProbeRecord } from './record.ts';

type Activated = EventOf<'LocalActivate' | 'RemoteDispatchAck'>;
type Started = EventOf<'LocalActivationStarted' | 'RemoteActivationStarted'>;
type Completed = EventOf<'LocalActivationCompleted' | 'RemoteActivationCompleted'>;
type ActivationFailed = EventOf<'LocalActivationFailed' | 'RemoteActivationFailed'>;
type ObservedFirst = EventOf<'LocalProbeObservedFirst' | 'RemoteProbeObservedFirst'>;
type ProbeResult = EventOf<'LocalProbeResult' | 'RemoteProbeResult'>;
type FailureFirst = EventOf<'LocalProbeFailureFirst' | 'RemoteProbeFailureFirst'>;
type Failed = EventOf<'LocalSustainedFailureCrossed' | 'RemoteFailed'>;
type RolledBack = EventOf<'LocalRollbackCompleted' | 'RemoteRollbackComplete'>;
type Converged = EventOf<'LocalConvergedReached' | 'RemoteConverged'>;

/** An assignment is twice as fast as a computed key, but would take `__proto__` for the prototype. */
function withProbe(probes: HostRolloutState['probes'], name: string, probe: ProbeRecord): HostRolloutState['probes'] {
  if (name === '__proto__') return { ...probes, [name]: probe };
  const copy: Record<string, ProbeRecord> = { ...probes };
  copy[name] = probe;
  return copy;
}

/** What transitions write into the record, which is always a fresh copy. */
export const updates = {
  acknowledgeDispatch: (draft: HostDraft, event: Activated) => {
    draft.currentClosureAtDispatch = event.currentClosureAtDispatch;
    draft.dispatchAckedAt = event.receivedAt;
  },

  startActivation: (draft: HostDraft, event: Started) => {
    draft.activationStartedAt = event.startedAt;
  },

  /** Exit code and closure are carried, never judged: probes and convergence decide. */
  completeActivation: (draft: HostDraft, event: Completed) => {
    draft.activationCompletedAt = event.completedAt;
    draft.currentClosure = event.observedCurrentClosure;
    draft.probes = NO_PROBES;
  },

  failActivation: (draft: HostDraft, event: ActivationFailed) => {
    draft.activationFailedAt = event.failedAt;
    draft.failedAt = event.failedAt;
  },

  applyPolicy: (draft: HostDraft, _event: HostEvent, policy: RolloutPolicy) => {
    draft.policyApplied = policy.onHealthFailure;
  },

  observeFirstProbe: (draft: HostDraft, event: ObservedFirst) => {
    draft.probeObservedFirstAt ??= event.observedAt;
  },

  /** Stored even if it is older than the stored result. */
  storeProbeResult: (draft: HostDraft, event: ProbeResult) => {
    const known = Object.hasOwn(draft.probes, event.probeName) ? draft.probes[event.probeName] : undefined;
    const passed = event.status === 'pass';
    const probe: ProbeRecord = {
      status: event.status,
      mode: event.mode,
      lastObservedAt: event.observedAt,
      lastPassAt: passed ? event.observedAt : (known?.lastPassAt ?? null),
      failureReason: passed ? null : event.failureReason,
    };
    draft.probes = withProbe(draft.probes, event.probeName, probe);
  },

  observeFirstFailure: (draft: HostDraft, event: FailureFirst) => {
    draft.probeFailureFirstAt ??= event.firstFailedAt;
  },

  failProbes: (draft: HostDraft, event: Failed) => {
    draft.failedAt = event.failedAt;
    draft.policyApplied = event.policyApplied;
  },

  converge: (draft: HostDraft, event: Converged) => {
    draft.convergedAt = event.convergedAt;
    draft.currentClosure = event.currentClosure;
  },

  revert: (draft: HostDraft, event: RolledBack) => {
    draft.revertedAt = event.completedAt;
    draft.revertedTo = event.revertedToClosure;
    draft.currentClosure = event.revertedToClosure;
  },

  /** Ends every accepted event. It comes last, so that the effects still see the previous state. */
  accept: (draft: HostDraft, event: HostEvent, _policy: RolloutPolicy, to: HostState | null) => {
    draft.lastEventSeq = event.seq;
    if (to !== null) draft.state = to;
  },
};

const emitEvent = (record: HostRolloutState, event: HostEvent, durable: boolean): HostEffect => ({
  type: 'LocalEmitEvent',
  rolloutId: record.rolloutId,
  payload: toWireEvent(event),
  durable,
});

/** The effects of transitions. They are data: nothing is performed here. */
export const effects = {
  emitDurably: (record: HostRolloutState, event: HostEvent) => emitEvent(record, event, true),

  /** For events that a crash may lose, because a later probe run reports the same. */
  emitLossily: (record: HostRolloutState, event: HostEvent) => emitEvent(record, event, false),

  appendToLog: (record: HostRolloutState, event: HostEvent): HostEffect => ({
    type: 'RemoteAppendEventLog',
    host: record.hostname,
    rolloutId: record.rolloutId,
    payload: toWireEvent(event),
  }),

  fireSwitch: (record: HostRolloutState): HostEffect => ({
    type: 'LocalFireSwitch',
    rolloutId: record.rolloutId,
    target: record.targetClosure,
  }),

  fireRollback: (record: HostRolloutState): HostEffect => ({
    type: 'LocalFireRollbackTo',
    rolloutId: record.rolloutId,
    // Used only after a guard has checked that there is a closure to go back to; `''` is one.
    closure: record.currentClosureAtDispatch as string,
  }),

  resetProbes: (record: HostRolloutState): HostEffect => ({
    type: 'LocalResetProbeCache',
    rolloutId: record.rolloutId,
  }),

  insertQuarantine: (record: HostRolloutState): HostEffect => ({
    type: 'RemoteInsertQuarantine',
    channel: record.channel,
    closure: record.targetClosure,
  }),

  recordTransition: (record: HostRolloutState, event: Moving, _policy: RolloutPolicy, to: HostState): HostEffect => ({
    type: 'RecordTransition',
    host: record.hostname,
    rolloutId: record.rolloutId,
    from: record.state,
    to,
    at: occurredAt(event),
  }),
};
