import type { HostState, HostRolloutState, OutboundEvent, Time } from '../../machine/index.ts';

/**
 * What one side must know of a host in a rollout, as far as it can be seen from outside: the record of the specification
 * without the times that decide nothing. Never changed, only replaced.
 */
export interface HostRecord {
  readonly state: HostState;
  readonly targetClosure: string;
  readonly currentClosureAtDispatch: string | null;
  readonly currentClosure: string | null;
  readonly revertedTo: string | null;
  readonly soakDueAt: Time | null;
  readonly probeFailureFirstAt: Time | null;
  readonly lastEventSeq: number;
  /** The enforce probes whose last result is not `pass`. */
  readonly failing: readonly string[];
}

const NONE: readonly string[] = [];

export function pendingRecord(targetClosure: string, soakDueAt: Time | null): HostRecord {
  return {
    state: 'Pending',
    targetClosure,
    currentClosureAtDispatch: null,
    currentClosure: null,
    revertedTo: null,
    soakDueAt,
    probeFailureFirstAt: null,
    lastEventSeq: 0,
    failing: NONE,
  };
}

/** What matters of a whole record: one that a control plane took over, or that an agent wrote. */
export function takenRecord(record: HostRolloutState): HostRecord {
  const failing = Object.entries(record.probes).filter(
    ([, { mode, status }]) => mode === 'enforce' && status !== 'pass',
  );
  const { state, targetClosure, currentClosureAtDispatch, currentClosure, revertedTo, soakDueAt } = record;
  const { probeFailureFirstAt, lastEventSeq } = record;
  return {
    state,
    targetClosure,
    currentClosureAtDispatch,
    currentClosure,
    revertedTo,
    soakDueAt,
    probeFailureFirstAt,
    lastEventSeq,
    failing: failing.length === 0 ? NONE : failing.map(([probeName]) => probeName),
  };
}

/** Why the table of transitions does not take an event. */
export type Refused = 'regression' | 'illegal' | 'conflict';

/** From where each event is legal (specification: host-machine, "Transitions"), and where it leads; `null`: it stays. */
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

/** The record after an event, or why there is none. */
export function recordAfter(record: HostRecord, event: OutboundEvent): HostRecord | Refused {
  if (event.seq <= record.lastEventSeq) return 'regression';
  const legal = LEGAL[event.type].find(([from]) => from === record.state);
  if (legal === undefined) return 'illegal';
  const next = { ...record, state: legal[1] ?? record.state, lastEventSeq: event.seq };
  switch (event.type) {
    case 'DispatchAck':
      return { ...next, currentClosureAtDispatch: event.currentClosureAtDispatch };
    case 'ActivationCompleted':
      return { ...next, currentClosure: event.observedCurrentClosure, failing: NONE };
    case 'ProbeFailureFirst':
      return { ...next, probeFailureFirstAt: record.probeFailureFirstAt ?? event.firstFailedAt };
    case 'ProbeResult':
      return { ...next, failing: failingAfter(record.failing, event) };
    case 'Converged': {
      const isTooEarly = record.soakDueAt !== null && event.convergedAt < record.soakDueAt;
      if (event.currentClosure !== record.targetClosure || isTooEarly || record.failing.length > 0) return 'conflict';
      return { ...next, currentClosure: event.currentClosure };
    }
    case 'RollbackComplete':
      return { ...next, currentClosure: event.revertedToClosure, revertedTo: event.revertedToClosure };
    case 'ActivationStarted':
    case 'ActivationDeferred':
    case 'ActivationFailed':
    case 'ProbeTopologyDeclared':
    case 'ProbeObservedFirst':
    case 'Failed':
      return next;
  }
}

function failingAfter(
  failing: readonly string[],
  { probeName, mode, status }: Extract<OutboundEvent, { readonly type: 'ProbeResult' }>,
): readonly string[] {
  const isFailing = mode === 'enforce' && status !== 'pass';
  if (isFailing === failing.includes(probeName)) return failing;
  return isFailing ? [...failing, probeName] : failing.filter((other) => other !== probeName);
}
