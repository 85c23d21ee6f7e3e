import { newPendingHost } from '../../../machine/record.ts';
import { eventTable, type HealthFailurePolicy, type OutboundEventType } from '../../../machine/events.ts';
import { usualHostEvent } from '../../../testing/engine.ts';
import { engines, type PlayEvent } from '../../play/engine.ts';
import { MAX_EVENTS, type Session } from '../../play/session.ts';
import type { RunAccepted } from '../../run-file/run-file.ts';
import type { RunHistory } from '../../run-file/run-history.ts';

/**
 * The history of one host of a run, to be played on the chart of the control plane. The run keeps of each event what
 * people ask for first; the rest of its payload is as it usually is.
 */
export function sessionOfHost(history: RunHistory, number: number): Session | null {
  const host = history.hosts[number];
  const rollout = host === undefined ? undefined : history.file.rollouts[host.rollout];
  if (host === undefined || rollout === undefined) return null;
  const { startAt, dispatches, accepted } = history.file;
  const policy = { onHealthFailure: rollout.onHealthFailure ?? likelyPolicy(history, number) };
  const dispatch = dispatches.findLast(([, ofRollout, ofHost]) => ofRollout === host.rollout && ofHost === host.index);
  const record = newPendingHost({
    rolloutId: rollout.rolloutId,
    hostname: host.name,
    channel: rollout.channel,
    targetClosure: host.target,
    dispatchedAt: startAt + (dispatch?.[0] ?? 0),
    soakDueAt: dispatch?.[3] === null || dispatch === undefined ? null : startAt + dispatch[3],
  });
  const events: PlayEvent[] = [];
  let now = record;
  for (const row of accepted) {
    if (row[1] !== host.rollout || row[2] !== host.index || events.length >= MAX_EVENTS) continue;
    const event = withDetail(
      { ...usualHostEvent(eventTable[row[3]].remote, now, startAt + row[0], policy), seq: row[4] },
      row,
    );
    events.push(event);
    const result = engines.host.step(now, event, 0, policy);
    // The engine of the host machine gives records of the host machine.
    if (result.ok) now = result.record as typeof record;
  }
  const start = { kind: 'record', record, title: `${host.name} in the run` } as const;
  return { machine: 'host', side: 'control-plane', ...policy, start, events, cursor: events.length };
}

/** An event log does not tell the policy; that a host went back does. */
function likelyPolicy({ file, hosts }: RunHistory, number: number): HealthFailurePolicy {
  const wentBack = file.transitions.some(
    ([, rollout, host, to]) => rollout === hosts[number]?.rollout && host === hosts[number].index && to === 'Reverted',
  );
  return wentBack ? 'rollback-and-halt' : 'halt';
}

function withDetail(event: PlayEvent, [, , , wire, , detail]: RunAccepted): PlayEvent {
  const changes: Readonly<Record<string, unknown>> = fieldsOf(wire, detail);
  // Only fields that the event has are replaced, each by a value of its own sort.
  return { ...event, ...changes } as unknown as PlayEvent;
}

function fieldsOf(wire: OutboundEventType, detail: string): Readonly<Record<string, unknown>> {
  switch (wire) {
    case 'ProbeResult': {
      const [, probeName = detail, verdict] = /^(.*) (passes|fails)$/s.exec(detail) ?? [];
      const failed = verdict === 'fails';
      return { probeName, status: failed ? 'fail' : 'pass', failureReason: failed ? 'not kept in the run file' : null };
    }
    case 'ProbeObservedFirst':
    case 'ProbeFailureFirst':
      return { probeName: detail };
    case 'ActivationDeferred':
      return { component: detail };
    case 'ActivationFailed':
      return { exitCode: Number(/-?\d+/.exec(detail)?.[0] ?? 1) };
    case 'ActivationCompleted':
      return { observedCurrentClosure: detail };
    case 'Failed':
      return { failingProbes: detail.split(', ') };
    case 'RollbackComplete':
      return { revertedToClosure: detail };
    case 'Converged':
      return { currentClosure: detail };
    case 'DispatchAck':
    case 'ActivationStarted':
    case 'ProbeTopologyDeclared':
      return {};
  }
}
