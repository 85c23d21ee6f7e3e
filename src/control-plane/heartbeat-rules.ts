import { draftOf, type HostRolloutState, type RemoteEvent, type Time } from '../machine/index.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';
import { NOTHING } from './state.ts';

/** What a heartbeat says about one rollout. */
export interface HeartbeatEvidence {
  readonly runningClosure: string;
  /** The agent's own record of this rollout; `null` if the heartbeat carries none. */
  readonly snapshot: HostRolloutSnapshot | null;
  /** The agent has events of this rollout that have not arrived, or the heartbeat could not be read completely. */
  readonly mayKnowMore: boolean;
  /** A dispatch of this rollout was queued for the host and not acknowledged. */
  readonly isOutstanding: boolean;
  /** Another rollout may still change what the host runs, so that what it runs now says nothing. */
  readonly isUnderWayElsewhere: boolean;
}

/**
 * The events that nobody sent and that must have happened, because the host runs the target closure (specification:
 * control-plane, "Heartbeats"). Their times are the control plane's.
 *
 * They get numbers past those that the agent has used as far as it says: under such a number its own event may still
 * arrive. Once the numbers are used up, nothing is synthesized: a greater one could not cross the wire in any answer.
 */
export function synthesize(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  if (evidence.runningClosure !== record.targetClosure) return NOTHING;
  const events = eventsOf(record, evidence, now);
  return events.every(({ seq }) => Number.isSafeInteger(seq)) ? events : NOTHING;
}

function eventsOf(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  const { runningClosure, snapshot } = evidence;
  switch (record.state) {
    case 'Activating':
    case 'Deferred': {
      if (!stillActivates(evidence)) return NOTHING;
      const seq = Math.max(record.lastEventSeq, snapshot?.lastEventSeq ?? 0) + 1;
      return [activationCompleted(runningClosure, now, seq)];
    }
    case 'Pending': {
      if (evidence.isOutstanding || evidence.isUnderWayElsewhere || hasBegun(evidence)) return NOTHING;
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
      return NOTHING;
  }
}

/**
 * As far as the agent knows, the activation has not ended. An agent that has just booted sends no record, and what its
 * outbox holds may be the end of the activation: an activation may fail after the running closure has changed.
 */
function stillActivates({ snapshot, mayKnowMore }: HeartbeatEvidence): boolean {
  if (snapshot === null) return !mayKnowMore;
  return snapshot.state === 'Activating' || snapshot.state === 'Deferred';
}

/** The agent has done something in this rollout. One that merely sends a Pending record back has not. */
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
  /** The agent's outbox still holds events of the rollout, as far as the heartbeat says. */
  readonly isUndelivered: boolean;
  /** The heartbeat could be read completely. */
  readonly isComplete: boolean;
  /** The record was behind at the host's last heartbeat too, with nothing undelivered. */
  readonly wasBehind: boolean;
  /** The greatest number that the control plane made up itself, 0 if it did not. */
  readonly synthesizedSeq: number;
}

/** What to do about a record: nothing, wait for one more heartbeat, or take the agent's over. */
export type GapVerdict = 'agrees' | 'wait' | 'rebuilt' | 'gap';

/**
 * Whether a record is taken over from the agent's snapshot (specification: control-plane, "Heartbeats"). A Pending
 * record is taken over at once: the database was rebuilt. Any other record is behind because an event was refused or
 * lost on the way, which takes two heartbeats in a row to conclude. Events that are still in the outbox are waited for.
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
 * Under one number an event of the agent counts for more than one that the control plane made up. In one state the
 * closure may differ too: a made-up event, or one that was lost, named another.
 */
function knowsMore(record: HostRolloutState, { snapshot, synthesizedSeq }: GapEvidence): boolean {
  if (snapshot.lastEventSeq !== record.lastEventSeq) return snapshot.lastEventSeq > record.lastEventSeq;
  if (snapshot.state === record.state)
    return record.state !== 'Pending' && snapshot.currentClosure !== record.currentClosure;
  return synthesizedSeq === record.lastEventSeq && synthesizedSeq > 0;
}

/** The agent's word is not enough for this: its soak has to be over by this clock, and the closures have to agree. */
function mayHaveConverged(record: HostRolloutState, { snapshot, runningClosure }: GapEvidence, now: Time): boolean {
  const soakDueAt = record.soakDueAt ?? snapshot.soakDueAt;
  return (
    (soakDueAt === null || soakDueAt <= now) &&
    snapshot.currentClosure === record.targetClosure &&
    runningClosure === record.targetClosure
  );
}

/**
 * The record as the agent's snapshot has it; `null` if the snapshot contradicts the record or itself. What a snapshot
 * does not carry stays as it was, except that a host that is back runs what it went back to, and that no enforce probe
 * fails on a host that has converged.
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
  // `fromEntries` defines its properties, so that a probe called `__proto__` stays one.
  return Object.fromEntries(
    Object.entries(probes).filter(([, { mode, status }]) => mode !== 'enforce' || status === 'pass'),
  );
}
