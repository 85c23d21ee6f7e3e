import type { LocalFireRollbackTo, LocalFireSwitch } from '../machine/index.ts';
import type { Agent, Worker } from './state.ts';
import { edit, emitLog, type OpenTurn } from './turn.ts';

/**
 * Whether a switch or a rollback may start: never two at once, because the second would fail on the first one's lock.
 */
export function mayFire(agent: Agent): boolean {
  return agent.workers.length === 0;
}

/**
 * Starts a worker, or lets it wait if another one is running. Older rollouts start none, because they would undo the
 * newer one's work (rule 9).
 */
export function fire(turn: OpenTurn, effect: LocalFireSwitch | LocalFireRollbackTo): void {
  const { rolloutId } = effect;
  if (rolloutId !== turn.agent.activeRolloutId) {
    emitLog(turn, 'warn', 'work-superseded', `${effect.type} was skipped: a newer rollout has taken over.`, {
      rolloutId,
    });
    return;
  }
  if (!turn.rules.mayFire(turn.agent)) {
    emitLog(turn, 'info', 'work-waits', `${effect.type} has to wait: another switch or rollback is running.`, {
      rolloutId,
    });
    return;
  }
  const kind = effect.type === 'LocalFireSwitch' ? 'switch' : 'rollback';
  const draft = edit(turn);
  draft.workers = draft.workers.concat({ kind, rolloutId });
  turn.effects.push(effect);
}

/** Removes a worker that has ended. Returns whether it was the last one running. */
export function endWorker(turn: OpenTurn, { kind, rolloutId }: Worker): boolean {
  const { workers } = turn.agent;
  const left = workers.filter((worker) => worker.kind !== kind || worker.rolloutId !== rolloutId);
  if (left.length === workers.length) return false;
  edit(turn).workers = left;
  return left.length === 0;
}

export function isRunning(agent: Agent, kind: Worker['kind'], rolloutId: string): boolean {
  return agent.workers.some((worker) => worker.kind === kind && worker.rolloutId === rolloutId);
}
