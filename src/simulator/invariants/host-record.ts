import type { HostState, HostRolloutState, OutboundEvent, Time } from '../../machine/index.ts';

/**
 * What one side must know about a host in a rollout, as visible from outside: the specification's record without the
 * times that decide nothing. Immutable.
 */
export interface HostRecord {
  readonly state: HostState;
  readonly targetClosure: string;
  /** Says which dispatch the record is of: an agent without its disk may get the same rollout again. */
  readonly dispatchAckedAt: Time | null;
  readonly currentClosureAtDispatch: string | null;
  readonly currentClosure: string | null;
  readonly revertedTo: string | null;
  readonly soakDueAt: Time | null;
  readonly probeFailureFirstAt: Time | null;
  /** The agent has acted on the policy; it does not for a deferred activation that fails. */
  readonly isPolicyApplied: boolean;
  readonly lastEventSeq: number;
  /** The enforce probes whose last result is not `pass`. */
  readonly failing: readonly string[];
}

const NONE: readonly string[] = [];

export function pendingRecord(targetClosure: string, soakDueAt: Time | null): HostRecord {
  return {
    state: 'Pending',
    targetClosure,
    dispatchAckedAt: null,
    currentClosureAtDispatch: null,
    currentClosure: null,
    revertedTo: null,
    soakDueAt,
    probeFailureFirstAt: null,
    isPolicyApplied: false,
    lastEventSeq: 0,
    failing: NONE,
  };
}

/** The relevant part of a whole record that a control plane took over or an agent wrote. */
export function takenRecord(record: HostRolloutState): HostRecord {
  const failing = Object.entries(record.probes).filter(
    ([, { mode, status }]) => mode === 'enforce' && status !== 'pass',
  );
  const { state, targetClosure, dispatchAckedAt, currentClosureAtDispatch, currentClosure } = record;
  const { revertedTo, soakDueAt, probeFailureFirstAt, lastEventSeq } = record;
  return {
    state,
    targetClosure,
    dispatchAckedAt,
    currentClosureAtDispatch,
    currentClosure,
    revertedTo,
    soakDueAt,
    probeFailureFirstAt,
    isPolicyApplied: record.policyApplied !== null,
    lastEventSeq,
    failing: failing.length === 0 ? NONE : failing.map(([probeName]) => probeName),
  };
}

/** Why the transition table rejects an event. */
export type Refused = 'regression' | 'illegal' | 'conflict';

/** Where each event is legal and where it leads; `null` to stay (specification: host-machine, "Transitions"). */
const LEGAL: Readonly<Record<OutboundEvent['type'], readonly (readonly [from: HostState, to: HostState | null])[]>> = {
  DispatchAck: [['Pending', 'Activating']],
  ActivationStarted: [['Activating', null]],
  ActivationCompleted: [
    ['Activating', 'Soaking'],
    ['Deferred', 'Soaking'],
  ],
  ActivationDeferred: [['Activating', 'Deferred']],
  ActivationFailed: [
    ['Activating', 'Failed'],
    ['Deferred', 'Failed'],
  ],
  ProbeTopologyDeclared: [['Soaking', null]],
  ProbeObservedFirst: [['Soaking', null]],
  ProbeResult: [['Soaking', null]],
  ProbeFailureFirst: [['Soaking', null]],
  Failed: [['Soaking', 'Failed']],
  Converged: [['Soaking', 'Converged']],
  RollbackComplete: [['Failed', 'Reverted']],
};

/** Why the record rejects an event; `null` if it accepts it. */
export function refusalOf(record: HostRecord, event: OutboundEvent): Refused | null {
  if (event.seq <= record.lastEventSeq) return 'regression';
  if (targetState(record.state, event.type) === undefined) return 'illegal';
  if (event.type !== 'Converged') return null;
  const isTooEarly = record.soakDueAt !== null && event.convergedAt < record.soakDueAt;
  return event.currentClosure !== record.targetClosure || isTooEarly || record.failing.length > 0 ? 'conflict' : null;
}

/** `null` if the event leaves the state as it is, `undefined` if it is illegal there. */
function targetState(from: HostState, type: OutboundEvent['type']): HostState | null | undefined {
  for (const row of LEGAL[type]) if (row[0] === from) return row[1];
  return undefined;
}

/** The record after an event, or why the event is rejected. */
export function recordAfter(record: HostRecord, event: OutboundEvent): HostRecord | Refused {
  const refusal = refusalOf(record, event);
  if (refusal !== null) return refusal;
  const next = advanced(record, event.seq, targetState(record.state, event.type) ?? record.state);
  switch (event.type) {
    case 'DispatchAck':
      next.dispatchAckedAt = event.receivedAt;
      next.currentClosureAtDispatch = event.currentClosureAtDispatch;
      return next;
    case 'ActivationCompleted':
      next.currentClosure = event.observedCurrentClosure;
      next.failing = NONE;
      return next;
    case 'ProbeFailureFirst':
      next.probeFailureFirstAt ??= event.firstFailedAt;
      return next;
    case 'ProbeResult':
      next.failing = failingAfter(record.failing, event);
      return next;
    case 'Converged':
      next.currentClosure = event.currentClosure;
      return next;
    case 'RollbackComplete':
      next.currentClosure = next.revertedTo = event.revertedToClosure;
      return next;
    case 'ActivationFailed':
    case 'Failed':
      next.isPolicyApplied = record.state !== 'Deferred';
      return next;
    case 'ActivationStarted':
    case 'ActivationDeferred':
    case 'ProbeTopologyDeclared':
    case 'ProbeObservedFirst':
      return next;
  }
}

/** The record after an event that the table rejects: the number is used. `transitions` reports the rejection. */
export function numbered(record: HostRecord, seq: number): HostRecord {
  return seq > record.lastEventSeq ? advanced(record, seq, record.state) : record;
}

type Draft = { -readonly [Field in keyof HostRecord]: HostRecord[Field] };

/** Field by field: many times faster than a spread, and this runs at every event. */
function advanced(record: HostRecord, lastEventSeq: number, state: HostState): Draft {
  return {
    state,
    targetClosure: record.targetClosure,
    dispatchAckedAt: record.dispatchAckedAt,
    currentClosureAtDispatch: record.currentClosureAtDispatch,
    currentClosure: record.currentClosure,
    revertedTo: record.revertedTo,
    soakDueAt: record.soakDueAt,
    probeFailureFirstAt: record.probeFailureFirstAt,
    isPolicyApplied: record.isPolicyApplied,
    lastEventSeq,
    failing: record.failing,
  };
}

function failingAfter(
  failing: readonly string[],
  { probeName, mode, status }: Extract<OutboundEvent, { readonly type: 'ProbeResult' }>,
): readonly string[] {
  const isFailing = mode === 'enforce' && status !== 'pass';
  if (isFailing === failing.includes(probeName)) return failing;
  return isFailing ? [...failing, probeName] : failing.filter((other) => other !== probeName);
}
