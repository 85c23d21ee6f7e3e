import type { RemoteEvent, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';

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

const NONE: readonly never[] = Object.freeze([]);

/**
 * The events that nobody sent and that must have happened, because the host runs the target closure (specification:
 * control-plane, "Heartbeats"). Their times are the control plane's.
 *
 * They get numbers past those that the agent has used as far as it says: under such a number its own event may still
 * arrive. Once the numbers are used up, nothing is synthesized: a greater one could not cross the wire in any answer.
 */
export function synthesize(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  if (evidence.runningClosure !== record.targetClosure) return NONE;
  const events = eventsOf(record, evidence, now);
  return events.every(({ seq }) => Number.isSafeInteger(seq)) ? events : NONE;
}

function eventsOf(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  const { runningClosure, snapshot } = evidence;
  switch (record.state) {
    case 'Activating':
    case 'Deferred': {
      if (!stillActivates(evidence)) return NONE;
      const seq = Math.max(record.lastEventSeq, snapshot?.lastEventSeq ?? 0) + 1;
      return [activationCompleted(runningClosure, now, seq)];
    }
    case 'Pending': {
      if (evidence.isOutstanding || evidence.isUnderWayElsewhere || hasBegun(evidence)) return NONE;
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
      return NONE;
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
