import { EMPTY_LIST } from '../text/index.ts';
import { type HostRolloutState, newPendingHost } from '../machine/index.ts';
import { feed } from './feed.ts';
import type { AgentInputOf } from './inputs.ts';
import { activate, forgetOldRollouts } from './rollouts.ts';
import type { Agent, AgentRollout } from './state.ts';
import { emitLog, findRollout, storeRollout, type OpenTurn } from './turn.ts';

/** Starts a rollout on this host, if it can accept the dispatch now (rule 3). */
export function handleDispatch(turn: OpenTurn, dispatch: AgentInputOf<'Dispatch'>): void {
  const { manifest } = dispatch;
  const { hostname, runningClosure } = turn.agent;
  if (manifest.hostname !== hostname) {
    emitLog(
      turn,
      'error',
      'dispatch-of-another',
      `A dispatch for ${manifest.hostname} was ignored: this is ${hostname}.`,
      {
        rolloutId: manifest.rolloutId,
      },
    );
    return;
  }
  const known = findRollout(turn.agent, manifest.rolloutId);
  if (!turn.rules.acceptsDispatch(turn.agent, known?.record ?? null)) return;

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

/**
 * The rollout after a dispatch. What the outbox already has for it stays: its numbers are used, and its events are
 * still to be delivered.
 */
function dispatched(known: AgentRollout | null, dispatch: AgentInputOf<'Dispatch'>): AgentRollout {
  const { manifest, soakDueAt, dispatchedAt } = dispatch;
  const { rolloutId, hostname, channel, targetClosure } = manifest;
  return {
    rolloutId,
    manifest,
    record: newPendingHost({ rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt }),
    numberedTo: known?.numberedTo ?? 0,
    reservedTo: 0,
    undelivered: known?.undelivered ?? EMPTY_LIST,
    inFlight: known?.inFlight ?? 0,
    failedAttempts: known?.failedAttempts ?? 0,
    isHastened: known?.isHastened ?? false,
    recovered: EMPTY_LIST,
    bootId: null,
    activation: null,
  };
}

/**
 * Whether to act on a dispatch now (rule 3). Not if it repeats an accepted one; a Pending record does not count as
 * accepted, because it is waiting for this dispatch. Not before the boot is over, or while a switch or a rollback is
 * running: the control plane keeps offering the dispatch.
 */
export function acceptsDispatch(agent: Agent, record: HostRolloutState | null): boolean {
  const isNew = record === null || record.state === 'Pending';
  return isNew && agent.phase === 'working' && agent.workers.length === 0;
}
