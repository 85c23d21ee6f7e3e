import type { RemoteEvent, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';

/** What a heartbeat says about one rollout. */
export interface HeartbeatEvidence {
  readonly runningClosure: string;
  /** A dispatch of this rollout was queued for the host and not acknowledged. */
  readonly isOutstanding: boolean;
  /** The heartbeat carries a record of this rollout in which something has happened, or may have and is unreadable. */
  readonly agentKnows: boolean;
  /** The number of the agent's last event, where its own record waits for the activation to end, too; 0 otherwise. */
  readonly waitsSinceSeq: number;
}

const NONE: readonly never[] = Object.freeze([]);

/**
 * The events that nobody sent and that must have happened, because the host runs the target closure (specification:
 * control-plane, "Heartbeats"). Their times are the control plane's.
 *
 * They are numbered after whatever the agent says it has emitted, even if it has not arrived: one that took the number
 * of such an event would stand for two things, and the agent, being no older, would never hear of the conclusion. There
 * are none once the numbers are used up: a record with a greater one could not cross the wire in any answer.
 */
export function synthesize(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  const events = eventsOf(record, evidence, now);
  return events.every(({ seq }) => Number.isSafeInteger(seq)) ? events : NONE;
}

function eventsOf(record: HostRolloutState, evidence: HeartbeatEvidence, now: Time): readonly RemoteEvent[] {
  const { runningClosure } = evidence;
  if (runningClosure !== record.targetClosure) return NONE;
  const seq = record.lastEventSeq + 1;
  switch (record.state) {
    case 'Activating':
    case 'Deferred':
      return [activationCompleted(runningClosure, now, Math.max(record.lastEventSeq, evidence.waitsSinceSeq) + 1)];
    case 'Pending':
      if (evidence.isOutstanding || evidence.agentKnows) return NONE;
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
    case 'Soaking':
    case 'Converged':
    case 'Failed':
    case 'Reverted':
      return NONE;
  }
}

function activationCompleted(observedCurrentClosure: string, completedAt: Time, seq: number): RemoteEvent {
  return { type: 'RemoteActivationCompleted', observedCurrentClosure, exitCode: 0, completedAt, seq };
}
