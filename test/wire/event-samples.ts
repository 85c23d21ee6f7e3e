import type { OutboundEvent, OutboundEventOf, OutboundEventType } from '../../src/machine/events.ts';

const AT = '2026-05-16T10:00:00.000Z';
const at = 1_778_925_600_000;

/** One event of each kind, as it is in memory and as it is on the wire, with every optional field given. */
export const eventSamples: {
  readonly [Type in OutboundEventType]: {
    readonly event: OutboundEventOf<Type>;
    readonly json: Readonly<Record<string, unknown>>;
    readonly optional: readonly string[];
  };
} = {
  DispatchAck: {
    event: { type: 'DispatchAck', currentClosureAtDispatch: '', receivedAt: at, seq: 1 },
    json: { kind: 'DispatchAck', currentClosureAtDispatch: '', receivedAt: AT, seq: 1 },
    optional: [],
  },
  ActivationStarted: {
    event: { type: 'ActivationStarted', startedAt: at, switchMethod: 'systemd-run', seq: 2 },
    json: { kind: 'ActivationStarted', startedAt: AT, switchMethod: 'systemd-run', seq: 2 },
    optional: [],
  },
  ActivationCompleted: {
    event: { type: 'ActivationCompleted', observedCurrentClosure: 'c1', exitCode: 4, completedAt: at, seq: 3 },
    json: { kind: 'ActivationCompleted', observedCurrentClosure: 'c1', exitCode: 4, completedAt: AT, seq: 3 },
    optional: [],
  },
  ActivationFailed: {
    event: { type: 'ActivationFailed', exitCode: -1, stderrTail: 'line\nline', failedAt: at, seq: 4 },
    json: { kind: 'ActivationFailed', exitCode: -1, stderrTail: 'line\nline', failedAt: AT, seq: 4 },
    optional: [],
  },
  ActivationDeferred: {
    event: { type: 'ActivationDeferred', component: 'dbus', deferredAt: at, seq: 5 },
    json: { kind: 'ActivationDeferred', component: 'dbus', deferredAt: AT, seq: 5 },
    optional: [],
  },
  ProbeTopologyDeclared: {
    event: {
      type: 'ProbeTopologyDeclared',
      probes: [{ probeName: '__proto__', kind: 'http', mode: 'observe' }],
      declaredAt: at,
      seq: 6,
    },
    json: {
      kind: 'ProbeTopologyDeclared',
      probes: [{ probeName: '__proto__', kind: 'http', mode: 'observe' }],
      declaredAt: AT,
      seq: 6,
    },
    optional: [],
  },
  ProbeObservedFirst: {
    event: { type: 'ProbeObservedFirst', probeName: '10', mode: 'disabled', observedAt: at, seq: 7 },
    json: { kind: 'ProbeObservedFirst', probeName: '10', mode: 'disabled', observedAt: AT, seq: 7 },
    optional: [],
  },
  ProbeResult: {
    event: {
      type: 'ProbeResult',
      probeName: '',
      mode: 'enforce',
      status: 'fail',
      observedAt: at,
      failureReason: 'timeout',
      subResults: [
        {
          controlId: 'AC-2',
          status: 'fail',
          framework: 'nist',
          article: '5',
          effectiveMode: 'observe',
          overrideReason: '',
        },
      ],
      seq: 8,
    },
    json: {
      kind: 'ProbeResult',
      probeName: '',
      mode: 'enforce',
      status: 'fail',
      observedAt: AT,
      failureReason: 'timeout',
      subResults: [
        {
          controlId: 'AC-2',
          status: 'fail',
          framework: 'nist',
          article: '5',
          effectiveMode: 'observe',
          overrideReason: '',
        },
      ],
      seq: 8,
    },
    optional: ['failureReason', 'subResults'],
  },
  ProbeFailureFirst: {
    event: { type: 'ProbeFailureFirst', probeName: 'p', mode: 'enforce', firstFailedAt: at, seq: 9 },
    json: { kind: 'ProbeFailureFirst', probeName: 'p', mode: 'enforce', firstFailedAt: AT, seq: 9 },
    optional: [],
  },
  Failed: {
    event: {
      type: 'Failed',
      failedAt: at,
      sustainedDurationSecs: 180,
      failingProbes: ['constructor', 'p'],
      policyApplied: 'rollback-and-halt',
      seq: 10,
    },
    json: {
      kind: 'Failed',
      failedAt: AT,
      sustainedDurationSecs: 180,
      failingProbes: ['constructor', 'p'],
      policyApplied: 'rollback-and-halt',
      seq: 10,
    },
    optional: [],
  },
  RollbackComplete: {
    event: { type: 'RollbackComplete', revertedToClosure: 'c0', exitCode: 0, completedAt: at, seq: 11 },
    json: { kind: 'RollbackComplete', revertedToClosure: 'c0', exitCode: 0, completedAt: AT, seq: 11 },
    optional: [],
  },
  Converged: {
    event: { type: 'Converged', convergedAt: at, currentClosure: 'c1', seq: Number.MAX_SAFE_INTEGER },
    json: { kind: 'Converged', convergedAt: AT, currentClosure: 'c1', seq: Number.MAX_SAFE_INTEGER },
    optional: [],
  },
};

export interface EventSample {
  readonly type: string;
  readonly event: OutboundEvent;
  readonly json: Readonly<Record<string, unknown>>;
  readonly optional: readonly string[];
}

export const eventSampleList: readonly EventSample[] = Object.entries(eventSamples).map(([type, sample]) => ({
  type,
  ...sample,
}));
