import { type HostRolloutState, type RolloutPolicy, type Time, rehydrationEffects } from '../machine/index.ts';
import { feed, settleEffects } from './feed.ts';
import { writeHeader } from './outbox.ts';
import type { Resumption } from './rules.ts';
import type { Agent, AgentRollout } from './state.ts';
import { editAgentRollout, findRollout, type OpenTurn } from './turn.ts';
import { isRunning } from './workers.ts';

/** No process ended with it: this is what a failed one would have reported. */
const REBOOT_FAILED_EXIT_CODE = 1;
/** A failed deferral, and then the rollback that follows from it. */
const MAX_STEPS = 2;

/** Workers hear about a record that came from elsewhere as they do of any other (rule 10). */
export function rehydrate(turn: OpenTurn, record: HostRolloutState): void {
  settleEffects(turn, record.rolloutId, rehydrationEffects(record));
}

/**
 * Writes down in which boot of the machine a record is taken up, so that a later reboot is known however often the agent
 * has started since. What is deferred keeps the boot in which it was.
 */
export function noteBoot(turn: OpenTurn, rolloutId: string): void {
  const { bootId } = turn.agent;
  const rollout = findRollout(turn.agent, rolloutId);
  if (rollout === null || rollout.record === null || rollout.bootId === bootId) return;
  if (rollout.record.state === 'Deferred' && rollout.bootId !== null) return;
  const draft = editAgentRollout(turn, rollout);
  draft.bootId = bootId;
  writeHeader(turn, draft);
}

/** Goes on with what was under way when memory was lost, or with what had to wait for another worker (rule 11). */
export function resume(turn: OpenTurn, rolloutId: string): void {
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { agent, rules, now } = turn;
    const rollout = findRollout(agent, rolloutId);
    const { record = null, manifest = null } = rollout ?? {};
    if (rollout === null || record === null || manifest === null) return;
    const next = rules.resumption(agent, record, manifest.policy, rules.wasRebooted(agent, rollout), now);
    if (next === null) return;
    if (next.type === 'LocalFireSwitch' || next.type === 'LocalFireRollbackTo') {
      settleEffects(turn, rolloutId, [next]);
      return;
    }
    feed(turn, rolloutId, next);
  }
}

/** Whether the machine was rebooted since the host was deferred (rule 11). */
export function wasRebooted(agent: Agent, rollout: AgentRollout): boolean {
  return rollout.bootId !== null && rollout.bootId !== agent.bootId;
}

/**
 * How to go on with what was under way (rule 11); `null` if there is nothing to do. A worker of this rollout that still
 * runs is waited for. A soaking host's probes are restarted by the rehydration of its record. A host that is Activating
 * or Deferred and runs its target has done its part: the control plane concludes that from the heartbeat.
 */
export function resumption(
  agent: Agent,
  record: HostRolloutState,
  policy: RolloutPolicy,
  wasRebooted: boolean,
  now: Time,
): Resumption | null {
  const { rolloutId, targetClosure } = record;
  const runsTarget = agent.runningClosure === targetClosure;
  switch (record.state) {
    case 'Activating':
      if (runsTarget || isRunning(agent, 'switch', rolloutId)) return null;
      return { type: 'LocalFireSwitch', rolloutId, target: targetClosure };
    case 'Deferred':
      if (runsTarget || !wasRebooted) return null;
      return {
        type: 'LocalActivationFailed',
        exitCode: REBOOT_FAILED_EXIT_CODE,
        stderrTail: `After the reboot the host runs ${agent.runningClosure}, not the deferred ${targetClosure}.`,
        failedAt: now,
      };
    case 'Failed': {
      const closure = record.currentClosureAtDispatch;
      if (policy.onHealthFailure !== 'rollback-and-halt' || closure === null) return null;
      if (isRunning(agent, 'rollback', rolloutId)) return null;
      if (agent.runningClosure !== closure) return { type: 'LocalFireRollbackTo', rolloutId, closure };
      // Something is about to change what runs.
      if (agent.workers.length > 0) return null;
      // The rollback is done, and nobody reported it: it would leave no quarantine.
      return { type: 'LocalRollbackCompleted', revertedToClosure: closure, exitCode: 0, completedAt: now };
    }
    case 'Pending':
    case 'Soaking':
    case 'Converged':
    case 'Reverted':
      return null;
  }
}
