import { newPendingHost, type HostRolloutState } from '../machine/record.ts';
import { feed } from './feed.ts';
import type { AgentInputOf } from './inputs.ts';
import { activate, forgetOldRollouts } from './rollouts.ts';
import { NOTHING, type AgentRollout } from './state.ts';
import { edit, emitLog, findRollout, storeRollout, type OpenTurn } from './turn.ts';

/** Begins a rollout on this host, unless the dispatch repeats one that was taken (specification: agent, rule 3). */
export function takeDispatch(turn: OpenTurn, dispatch: AgentInputOf<'Dispatch'>): void {
  const { manifest } = dispatch;
  const { hostname, runningClosure } = turn.agent;
  if (manifest.hostname !== hostname) {
    emitLog(turn, 'error', `A dispatch for the host ${manifest.hostname} is not acted on: this is ${hostname}.`, {
      rolloutId: manifest.rolloutId,
    });
    return;
  }
  if (turn.agent.phase === 'awaiting-answer') {
    edit(turn).heldDispatch = dispatch;
    return;
  }
  const known = findRollout(turn.agent, manifest.rolloutId);
  if (!turn.rules.acceptsDispatch(known?.record ?? null)) return;

  storeRollout(turn, dispatched(known, dispatch));
  activate(turn, manifest.rolloutId);
  feed(turn, manifest.rolloutId, {
    type: 'LocalActivate',
    currentClosureAtDispatch: runningClosure,
    receivedAt: turn.now,
    targetClosure: manifest.targetClosure,
    soakDueAt: dispatch.soakDueAt,
  });
  forgetOldRollouts(turn);
}

/** What the outbox told of the rollout stays: its numbers are used, and its events still to be delivered. */
function dispatched(known: AgentRollout | null, dispatch: AgentInputOf<'Dispatch'>): AgentRollout {
  const { manifest, soakDueAt, dispatchedAt } = dispatch;
  const { rolloutId, hostname, channel, targetClosure } = manifest;
  return {
    rolloutId,
    manifest,
    record: newPendingHost({ rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt }),
    numberedTo: known?.numberedTo ?? 0,
    reservedTo: 0,
    undelivered: known?.undelivered ?? NOTHING,
    failedAttempts: known?.failedAttempts ?? 0,
    recovered: NOTHING,
  };
}

/**
 * Whether a dispatch begins something, or repeats what was taken already (specification: agent, rule 3). A record that
 * is still Pending does not count as taken: it would wait for this very dispatch for ever.
 */
export function acceptsDispatch(record: HostRolloutState | null): boolean {
  return record === null || record.state === 'Pending';
}
