import * as fc from 'fast-check';
import type {
  EventOf,
  HealthFailurePolicy,
  HostEvent,
  HostEventType,
  OutboundEvent,
  OutboundEventOf,
  OutboundEventType,
  ProbeDeclaration,
  ProbeMode,
  ProbeStatus,
  ProbeSubResult,
  RolloutPolicy,
  Time,
} from '../../src/machine/events.ts';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import type { HostRolloutState, HostState, ProbeRecord } from '../../src/machine/record.ts';

type Model<Value> = { readonly [Field in keyof Value]: fc.Arbitrary<Value[Field]> };

/** `fc.record` without null prototypes, which this program never creates. */
function record<Value>(model: Model<Value>): fc.Arbitrary<Value> {
  return fc.record<Value>(model, { noNullPrototype: true });
}

function tagged<Tag extends string, Fields>(tag: Tag, fields: Model<Fields>): fc.Arbitrary<{ type: Tag } & Fields> {
  return record(fields).map((made) => ({ type: tag, ...made }));
}

function orNull<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.option(arbitrary, { nil: null });
}

/** Names that a careless program loses, reorders, or confuses with the prototype. The last two look alike. */
export const TRICKY_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '10',
  '9',
  '-1',
  ' ',
  'a@b',
  '日本@🚀',
  '\u0000',
  '\ud800',
  '\u00e9',
  'e\u0301',
];

/** Any name of a host, a probe, a closure or a component. */
export const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('web-01', 'db-02', 'nixos-a1b2c3') },
  { weight: 2, arbitrary: fc.constantFrom(...TRICKY_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('\u001b[31m\r\n', 'x'.repeat(10_000)) },
);

/** All times of RFC 3339 in UTC, 0000-01-01 to 9999-12-31, favouring the ends, the epoch and the present. */
export const time: fc.Arbitrary<Time> = fc.oneof(
  fc.constantFrom(-62_167_219_200_000, -1_001, -1, 0, 1, 2 ** 31, 2 ** 32, 253_402_300_799_999),
  fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
);

const seq: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER),
);

export const lastEventSeq: fc.Arbitrary<number> = fc.oneof(fc.constant(0), seq);
const exitCode: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 4, 255, -1), fc.maxSafeInteger());
const probeMode: fc.Arbitrary<ProbeMode> = fc.constantFrom('enforce', 'observe', 'disabled');
const probeStatus: fc.Arbitrary<ProbeStatus> = fc.constantFrom('pass', 'fail');
const healthFailurePolicy: fc.Arbitrary<HealthFailurePolicy> = fc.constantFrom('halt', 'rollback-and-halt');
export const rolloutPolicy: fc.Arbitrary<RolloutPolicy> = record({ onHealthFailure: healthFailurePolicy });
// Safe: the keys of the chart's states are the states.
export const hostState: fc.Arbitrary<HostState> = fc.constantFrom(
  ...(Object.keys(hostRolloutMachine.states) as HostState[]),
);

const nonEmpty = name.filter((text) => text !== '');
export const channel: fc.Arbitrary<string> = nonEmpty.filter((text) => !text.includes('@'));
export const channelRef: fc.Arbitrary<string> = nonEmpty;
export const rolloutId: fc.Arbitrary<string> = fc.tuple(channel, channelRef).map((parts) => parts.join('@'));

const probeDeclaration: fc.Arbitrary<ProbeDeclaration> = record({
  probeName: name,
  kind: name,
  mode: probeMode,
});

const probeSubResult: fc.Arbitrary<ProbeSubResult> = record({
  controlId: name,
  status: probeStatus,
  framework: name,
  article: orNull(name),
  effectiveMode: probeMode,
  overrideReason: orNull(name),
});

const fields = {
  DispatchAck: { currentClosureAtDispatch: name, receivedAt: time, seq },
  ActivationStarted: { startedAt: time, switchMethod: name, seq },
  ActivationCompleted: { observedCurrentClosure: name, exitCode, completedAt: time, seq },
  ActivationDeferred: { component: name, deferredAt: time, seq },
  ActivationFailed: { exitCode, stderrTail: name, failedAt: time, seq },
  ProbeTopologyDeclared: { probes: fc.array(probeDeclaration, { maxLength: 4 }), declaredAt: time, seq },
  ProbeObservedFirst: { probeName: name, mode: probeMode, observedAt: time, seq },
  ProbeResult: {
    probeName: name,
    mode: probeMode,
    status: probeStatus,
    observedAt: time,
    failureReason: orNull(name),
    subResults: orNull(fc.array(probeSubResult, { maxLength: 4 })),
    seq,
  },
  ProbeFailureFirst: { probeName: name, mode: probeMode, firstFailedAt: time, seq },
  Failed: {
    failedAt: time,
    sustainedDurationSecs: fc.nat(),
    failingProbes: fc.array(name, { maxLength: 4 }),
    policyApplied: healthFailurePolicy,
    seq,
  },
  RollbackComplete: { revertedToClosure: name, exitCode, completedAt: time, seq },
  Converged: { convergedAt: time, currentClosure: name, seq },
} satisfies { readonly [Type in OutboundEventType]: Model<Omit<OutboundEventOf<Type>, 'type'>> };

/** An arbitrary for each outbound event, by its type. */
const outboundEvents: { readonly [Type in OutboundEventType]: fc.Arbitrary<OutboundEventOf<Type>> } = {
  DispatchAck: tagged('DispatchAck', fields.DispatchAck),
  ActivationStarted: tagged('ActivationStarted', fields.ActivationStarted),
  ActivationCompleted: tagged('ActivationCompleted', fields.ActivationCompleted),
  ActivationDeferred: tagged('ActivationDeferred', fields.ActivationDeferred),
  ActivationFailed: tagged('ActivationFailed', fields.ActivationFailed),
  ProbeTopologyDeclared: tagged('ProbeTopologyDeclared', fields.ProbeTopologyDeclared),
  ProbeObservedFirst: tagged('ProbeObservedFirst', fields.ProbeObservedFirst),
  ProbeResult: tagged('ProbeResult', fields.ProbeResult),
  ProbeFailureFirst: tagged('ProbeFailureFirst', fields.ProbeFailureFirst),
  Failed: tagged('Failed', fields.Failed),
  RollbackComplete: tagged('RollbackComplete', fields.RollbackComplete),
  Converged: tagged('Converged', fields.Converged),
};

/** An arbitrary for each event of the host machine, by its type. */
const hostEvents: { readonly [Type in HostEventType]: fc.Arbitrary<EventOf<Type>> } = {
  LocalActivate: tagged('LocalActivate', { ...fields.DispatchAck, targetClosure: name, soakDueAt: orNull(time) }),
  LocalActivationStarted: tagged('LocalActivationStarted', fields.ActivationStarted),
  LocalActivationCompleted: tagged('LocalActivationCompleted', fields.ActivationCompleted),
  LocalActivationDeferred: tagged('LocalActivationDeferred', fields.ActivationDeferred),
  LocalActivationFailed: tagged('LocalActivationFailed', fields.ActivationFailed),
  LocalProbeTopologyDeclared: tagged('LocalProbeTopologyDeclared', fields.ProbeTopologyDeclared),
  LocalProbeObservedFirst: tagged('LocalProbeObservedFirst', fields.ProbeObservedFirst),
  LocalProbeResult: tagged('LocalProbeResult', fields.ProbeResult),
  LocalProbeFailureFirst: tagged('LocalProbeFailureFirst', fields.ProbeFailureFirst),
  LocalSustainedFailureCrossed: tagged('LocalSustainedFailureCrossed', fields.Failed),
  LocalRollbackCompleted: tagged('LocalRollbackCompleted', fields.RollbackComplete),
  LocalConvergedReached: tagged('LocalConvergedReached', fields.Converged),
  RemoteDispatchAck: tagged('RemoteDispatchAck', fields.DispatchAck),
  RemoteActivationStarted: tagged('RemoteActivationStarted', fields.ActivationStarted),
  RemoteActivationCompleted: tagged('RemoteActivationCompleted', fields.ActivationCompleted),
  RemoteActivationDeferred: tagged('RemoteActivationDeferred', fields.ActivationDeferred),
  RemoteActivationFailed: tagged('RemoteActivationFailed', fields.ActivationFailed),
  RemoteProbeTopologyDeclared: tagged('RemoteProbeTopologyDeclared', fields.ProbeTopologyDeclared),
  RemoteProbeObservedFirst: tagged('RemoteProbeObservedFirst', fields.ProbeObservedFirst),
  RemoteProbeResult: tagged('RemoteProbeResult', fields.ProbeResult),
  RemoteProbeFailureFirst: tagged('RemoteProbeFailureFirst', fields.ProbeFailureFirst),
  RemoteFailed: tagged('RemoteFailed', fields.Failed),
  RemoteRollbackComplete: tagged('RemoteRollbackComplete', fields.RollbackComplete),
  RemoteConverged: tagged('RemoteConverged', fields.Converged),
};

export const outboundEvent: fc.Arbitrary<OutboundEvent> = fc.oneof(...Object.values(outboundEvents));
export const hostEvent: fc.Arbitrary<HostEvent> = fc.oneof(...Object.values(hostEvents));

const probeRecord: fc.Arbitrary<ProbeRecord> = record({
  status: probeStatus,
  mode: probeMode,
  lastObservedAt: time,
  lastPassAt: orNull(time),
  failureReason: orNull(name),
});

/** By probe name. `Object.fromEntries` makes `__proto__` an ordinary field. */
const probes: fc.Arbitrary<HostRolloutState['probes']> = fc
  .uniqueArray(fc.tuple(name, probeRecord), { selector: ([probeName]) => probeName, maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

/** A record with any value of the right type in each field, reachable or not. */
export const hostRolloutState: fc.Arbitrary<HostRolloutState> = record({
  rolloutId,
  hostname: name,
  channel: name,
  state: hostState,
  targetClosure: name,
  currentClosureAtDispatch: orNull(name),
  currentClosure: orNull(name),
  revertedTo: orNull(name),
  dispatchedAt: time,
  dispatchAckedAt: orNull(time),
  activationStartedAt: orNull(time),
  activationCompletedAt: orNull(time),
  activationFailedAt: orNull(time),
  probeObservedFirstAt: orNull(time),
  probeFailureFirstAt: orNull(time),
  soakDueAt: orNull(time),
  convergedAt: orNull(time),
  failedAt: orNull(time),
  policyApplied: orNull(healthFailurePolicy),
  revertedAt: orNull(time),
  probes,
  lastEventSeq,
});
