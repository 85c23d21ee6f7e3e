import { EMPTY_LIST } from '../text/index.ts';
import { draftOf, type HostRolloutState, type RemoteEvent, type Time } from '../machine/index.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';

/** What a heartbeat, and the control plane's own state, say about one rollout of a host. */
export interface HeartbeatEvidence {
  readonly runningClosure: string;
  /** The agent's own record of this rollout; `null` if the heartbeat carries none. */
  readonly snapshot: HostRolloutSnapshot | null;
  /** The agent has events of this rollout that have not arrived, or part of the heartbeat was unreadable. */
  readonly mayKnowMore: boolean;
  /** A dispatch of this rollout was queued for the host and not acknowledged. */
  readonly isOutstanding: boolean;
  /** Another rollout may still change what the host runs, so its running closure proves nothing. */
  readonly isUnderWayElsewhere: boolean;
}

/**
 * The events that must have happened because the host runs the target closure, although no agent sent them
 * (specification: control-plane, "Heartbeats"). Their times are by the control plane's clock.
 *
 * Their numbers are above those that the agent has reported using, because its own events may still arrive with those.
 * Once the numbers are used up, nothing is synthesized: the wire cannot carry a greater number.
 */
export function synthesize(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  if (evidence.runningClosure !== record.targetClosure) return EMPTY_LIST;
  const events = eventsOf(record, evidence, now);
  return events.every(({ seq }) => Number.isSafeInteger(seq)) ? events : EMPTY_LIST;
}

function eventsOf(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  const { runningClosure, snapshot } = evidence;
  switch (record.state) {
    case 'Activating':
    case 'Deferred': {
      if (!stillActivates(evidence)) return EMPTY_LIST;
      const seq = Math.max(record.lastEventSeq, snapshot?.lastEventSeq ?? 0) + 1;
      return [activationCompleted(runningClosure, now, seq)];
    }
    case 'Pending': {
      if (evidence.isOutstanding || evidence.isUnderWayElsewhere || hasBegun(evidence)) return EMPTY_LIST;
      const seq = record.lastEventSeq + 1;
      return [
        { type: 'RemoteDispatchAck', currentClosureAtDispatch: runningClosure, receivedAt: now, seq },
        activationCompleted(runningClosure, now, seq + 1),
        {
          type: 'RemoteConverged',
          convergedAt: Math.max(now, record.soakDueAt ?? now),
          currentClosure: runningClosure,
          seq: seq + 2,
        },
      ];
    }
    case 'Soaking':
    case 'Converged':
    case 'Failed':
    case 'Reverted':
      return EMPTY_LIST;
  }
}

/**
 * Whether the activation has not ended, as far as the agent knows. An agent that has just booted sends no record, but
 * its outbox may hold the end of the activation: an activation can fail after the running closure has changed.
 */
function stillActivates({ snapshot, mayKnowMore }: HeartbeatEvidence): boolean {
  if (snapshot === null) return !mayKnowMore;
  return snapshot.state === 'Activating' || snapshot.state === 'Deferred';
}

/** Whether the agent has started this rollout. Echoing a Pending record does not count. */
function hasBegun({ snapshot, mayKnowMore }: HeartbeatEvidence): boolean {
  if (mayKnowMore) return true;
  return snapshot !== null && (snapshot.state !== 'Pending' || snapshot.lastEventSeq > 0);
}

function activationCompleted(observedCurrentClosure: string, completedAt: Time, seq: number): RemoteEvent {
  return { type: 'RemoteActivationCompleted', observedCurrentClosure, exitCode: 0, completedAt, seq };
}

/** What a heartbeat says about a record that may be behind its agent's. */
export interface GapEvidence {
  readonly runningClosure: string | null;
  readonly snapshot: HostRolloutSnapshot;
  /** According to the heartbeat, the agent's outbox still has events of the rollout. */
  readonly isUndelivered: boolean;
  /** No part of the heartbeat was unreadable. */
  readonly isComplete: boolean;
  /** The record was also behind at the host's last heartbeat, with nothing undelivered. */
  readonly wasBehind: boolean;
  /** The greatest number that the control plane synthesized; 0 if none. */
  readonly synthesizedSeq: number;
}

/** What to do about a record: nothing, wait for one more heartbeat, or take over the agent's. */
export type GapVerdict = 'agrees' | 'wait' | 'rebuilt' | 'gap';

/**
 * Whether to take over a record from the agent's snapshot (specification: control-plane, "Heartbeats"). A Pending
 * record is replaced at once, because the database was rebuilt. Any other record is behind because an event was refused
 * or lost, and concluding that takes two heartbeats in a row. If the outbox still holds events, the control plane waits
 * for them.
 */
export function judgeGap(record: HostRolloutState, evidence: GapEvidence, now: Time): GapVerdict {
  const { snapshot, isUndelivered, isComplete, wasBehind } = evidence;
  if (isUndelivered || !knowsMore(record, evidence)) return 'agrees';
  if (record.state === 'Pending') return 'rebuilt';
  if (!isComplete || snapshot.state === 'Pending') return 'agrees';
  if (!wasBehind) return 'wait';
  return snapshot.state === 'Converged' && !mayHaveConverged(record, evidence, now) ? 'wait' : 'gap';
}

/**
 * Whether the agent's snapshot knows more than the record. At the same number, the agent's event outweighs a
 * synthesized one. In the same state, the closure may still differ, because a synthesized or a lost event named
 * another.
 */
function knowsMore(record: HostRolloutState, { snapshot, synthesizedSeq }: GapEvidence): boolean {
  if (snapshot.lastEventSeq !== record.lastEventSeq) return snapshot.lastEventSeq > record.lastEventSeq;
  if (snapshot.state === record.state)
    return record.state !== 'Pending' && snapshot.currentClosure !== record.currentClosure;
  return synthesizedSeq === record.lastEventSeq && synthesizedSeq > 0;
}

/**
 * Whether to believe a Converged snapshot: the soak must be over by the control plane's clock, and the closures must
 * agree. A record from a backup may belong to an earlier dispatch than the agent's, so the later end of the two soaks
 * counts.
 */
function mayHaveConverged(record: HostRolloutState, { snapshot, runningClosure }: GapEvidence, now: Time): boolean {
  return (
    Math.max(record.soakDueAt ?? -Infinity, snapshot.soakDueAt ?? -Infinity) <= now &&
    snapshot.currentClosure === record.targetClosure &&
    runningClosure === record.targetClosure
  );
}

/**
 * The record with the values of the agent's snapshot; `null` if the snapshot contradicts the record or itself. Fields
 * that a snapshot does not carry stay, with two exceptions: a Reverted host has reverted to its current closure, and a
 * Converged host has no failing enforce probe.
 */
export function takeOver(record: HostRolloutState, snapshot: HostRolloutSnapshot): HostRolloutState | null {
  if (snapshot.rolloutId !== record.rolloutId || snapshot.hostname !== record.hostname) return null;
  if (snapshot.channel !== record.channel || snapshot.targetClosure !== record.targetClosure) return null;
  if (snapshot.state === 'Pending') return null;
  if (snapshot.state === 'Converged' && snapshot.currentClosure !== snapshot.targetClosure) return null;

  const taken = draftOf(record);
  taken.state = snapshot.state;
  taken.currentClosureAtDispatch = snapshot.currentClosureAtDispatch;
  taken.currentClosure = snapshot.currentClosure;
  taken.dispatchedAt = snapshot.dispatchedAt;
  taken.dispatchAckedAt = snapshot.dispatchAckedAt;
  taken.activationStartedAt = snapshot.activationStartedAt;
  taken.activationCompletedAt = snapshot.activationCompletedAt;
  taken.soakDueAt = snapshot.soakDueAt;
  taken.lastEventSeq = snapshot.lastEventSeq;
  if (snapshot.state === 'Reverted') taken.revertedTo = snapshot.currentClosure;
  if (snapshot.state === 'Converged') taken.probes = notFailing(record.probes);
  return taken;
}

function notFailing(probes: HostRolloutState['probes']): HostRolloutState['probes'] {
  // `fromEntries` defines its properties, so a probe named `__proto__` works.
  return Object.fromEntries(
    Object.entries(probes).filter(([, { mode, status }]) => mode !== 'enforce' || status === 'pass'),
  );
}
