import type { EventOf, HostEvent, RolloutPolicy } from './events.ts';
import type { HostRolloutState, ProbeRecord } from './record.ts';
import type { ConvergenceInvariant, Refusal } from './refusals.ts';

type ConvergedEvent = EventOf<'LocalConvergedReached' | 'RemoteConverged'>;
type FailedEvent = EventOf<'LocalSustainedFailureCrossed' | 'RemoteFailed'>;

const isHolding = (probe: ProbeRecord | undefined) => probe?.mode === 'enforce' && probe.status !== 'pass';

/** The named conditions of the host chart, each a pure function of a record, an event and the policy. */
export const guards = {
  /** Every transition checks this first, so duplicates are refused in every state. Gaps are fine. */
  seqIsNewer: (record: HostRolloutState, event: HostEvent) => event.seq > record.lastEventSeq,

  policyRollsBack: (record: HostRolloutState, _event: HostEvent, policy: RolloutPolicy) =>
    policy.onHealthFailure === 'rollback-and-halt' && record.currentClosureAtDispatch !== null,

  eventPolicyRollsBack: (record: HostRolloutState, event: FailedEvent) =>
    event.policyApplied === 'rollback-and-halt' && record.currentClosureAtDispatch !== null,

  closureIsTarget: (record: HostRolloutState, event: ConvergedEvent) => event.currentClosure === record.targetClosure,

  soakHasElapsed: (record: HostRolloutState, event: ConvergedEvent) =>
    record.soakDueAt === null || event.convergedAt >= record.soakDueAt,

  /** A probe that was declared but never reported is not in the record, and does not hold back convergence here. */
  enforceProbesPass: (record: HostRolloutState) => {
    for (const name in record.probes) if (isHolding(record.probes[name])) return false;
    return true;
  },
};

export type GuardName = keyof typeof guards;

const violation = (invariant: ConvergenceInvariant, record: HostRolloutState, why: string): Refusal => ({
  kind: 'Invariant',
  invariant,
  rolloutId: record.rolloutId,
  hostname: record.hostname,
  message: `${record.hostname} may not converge in ${record.rolloutId}: ${why}.`,
});

/**
 * The refusal for each guard that fails. Guards that only choose between two accepted branches have none; the compiler
 * makes sure that they cannot lose an event.
 */
export const guardRefusals = {
  seqIsNewer: (record: HostRolloutState, event: HostEvent): Refusal => ({
    kind: 'SeqRegression',
    got: event.seq,
    last: record.lastEventSeq,
    rolloutId: record.rolloutId,
    hostname: record.hostname,
    message:
      `${record.hostname} has already accepted event ${record.lastEventSeq} of ${record.rolloutId}, so ${event.type} with ` +
      `seq ${event.seq} is a duplicate or out of order; send a greater seq.`,
  }),

  closureIsTarget: (record: HostRolloutState, event: ConvergedEvent): Refusal =>
    violation('closure-mismatch', record, `it runs ${event.currentClosure}, but its target is ${record.targetClosure}`),

  soakHasElapsed: (record: HostRolloutState, event: ConvergedEvent): Refusal =>
    violation(
      'soak-not-elapsed',
      record,
      // There is a soak window, because the guard passes without one.
      `the soak window ends ${Number(record.soakDueAt) - event.convergedAt} ms after convergedAt`,
    ),

  enforceProbesPass: (record: HostRolloutState): Refusal => {
    const failing = Object.keys(record.probes).filter((name) => isHolding(record.probes[name]));
    return violation('enforce-probe-not-passing', record, `these enforce probes fail: ${failing.sort().join(', ')}`);
  },
};

/** The refusal of an event that the current state does not accept. */
export const illegalForState = (record: HostRolloutState, event: HostEvent): Refusal => ({
  kind: 'IllegalForState',
  from: record.state,
  event: event.type,
  rolloutId: record.rolloutId,
  hostname: record.hostname,
  message: `${record.hostname} is ${record.state} in ${record.rolloutId}, and that state does not accept ${event.type}.`,
});
