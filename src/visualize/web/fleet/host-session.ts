import { newPendingHost, toHostEvent, type HealthFailurePolicy } from '../../../machine/index.ts';
import { MAX_EVENTS, type Session } from '../../play/session.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';

/**
 * The history of one host of a run, to be played on the chart of the control plane. Every field of it is from the run:
 * probe results that only repeat the last one are missing where the run leaves them out.
 */
export function sessionOfHost(run: ShownRun, number: number): Session | null {
  const host = run.hosts[number];
  const rollout = host === undefined ? undefined : run.file.rollouts[host.rollout];
  if (host === undefined || rollout === undefined) return null;
  const { startAt } = run.file;
  const policy = { onHealthFailure: rollout.onHealthFailure ?? likelyPolicy(run, number) };
  const { dispatchedRunMs, soakDueRunMs } = host.view;
  const record = newPendingHost({
    rolloutId: rollout.rolloutId,
    hostname: host.hostname,
    channel: rollout.channel,
    targetClosure: host.targetClosure,
    dispatchedAt: startAt + (dispatchedRunMs ?? 0),
    soakDueAt: soakDueRunMs === null ? null : startAt + soakDueRunMs,
  });
  const accepted = run.eventsOf(number).flatMap((event) => (event.type === 'EventAccepted' ? [event.event] : []));
  const events = accepted.slice(0, MAX_EVENTS).map(toHostEvent);
  const start = { kind: 'record', record, title: `${host.hostname} in the run` } as const;
  return { machine: 'host', side: 'control-plane', ...policy, start, events, cursor: events.length };
}

/** An event log does not record the policy; that a host went back gives it away. */
function likelyPolicy({ hosts }: ShownRun, number: number): HealthFailurePolicy {
  const rollout = hosts[number]?.rollout;
  const wentBack = hosts.some((host) => host.rollout === rollout && host.view.state === 'Reverted');
  return wentBack ? 'rollback-and-halt' : 'halt';
}
