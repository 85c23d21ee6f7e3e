import { type HostRolloutState, type RolloutPolicy, type Time, rehydrationEffects } from '../machine/index.ts';
import { feed, settleEffects } from './feed.ts';
import { writeHeader } from './outbox.ts';
import type { Resumption } from './rules.ts';
import type { Agent, AgentRollout } from './state.ts';
import { editAgentRollout, findRollout, hasRecord, type OpenTurn } from './turn.ts';
import { isRunning } from './workers.ts';

/** The exit code to report for a deferred switch that failed at boot: there was no process. */
const REBOOT_FAILED_EXIT_CODE = 1;
/** A failed deferral, followed by its rollback. */
const MAX_STEPS = 2;

/** Rehydrates a record that came from the control plane or the disk (rule 10). */
export function rehydrate(turn: OpenTurn, record: HostRolloutState): void {
  settleEffects(turn, record.rolloutId, rehydrationEffects(record));
}

/**
 * Stores the machine's boot id with the record, so that a later reboot is recognised even if the agent has restarted
 * meanwhile. A Deferred record keeps the boot in which it was deferred.
 */
export function noteBoot(turn: OpenTurn, rolloutId: string): void {
  const { bootId } = turn.agent;
  const rollout = findRollout(turn.agent, rolloutId);
  if (!hasRecord(rollout) || rollout.bootId === bootId) return;
  if (rollout.record.state === 'Deferred' && rollout.bootId !== null) return;
  const draft = editAgentRollout(turn, rollout);
  draft.bootId = bootId;
  writeHeader(turn, draft);
}

/** Resumes what was under way before memory was lost, or what had to wait for another worker (rule 11). */
export function resume(turn: OpenTurn, rolloutId: string): void {
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { agent, rules, now } = turn;
    const rollout = findRollout(agent, rolloutId);
    if (!hasRecord(rollout)) return;
    const { record, manifest } = rollout;
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
 * How to resume a record (rule 11); `null` if there is nothing to do. A worker of this rollout that is still running
 * will report. Rehydrating a soaking host restarts its probes. A host that is Activating or Deferred and has switched
 * to its target has done its part: the control plane synthesizes the rest from its heartbeat.
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
    case 'Activating': {
      // If the host ran its target at dispatch, running it now does not prove a switch. Another closure may be staged
      // for the next boot, and only a switch replaces it.
      const hasSwitched = runsTarget && record.currentClosureAtDispatch !== targetClosure;
      if (hasSwitched || isRunning(agent, 'switch', rolloutId)) return null;
      return { type: 'LocalFireSwitch', rolloutId, target: targetClosure };
    }
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
      // A worker is about to change the running closure.
      if (agent.workers.length > 0) return null;
      // The rollback was done but never reported. Without this event, there would be no quarantine.
      return { type: 'LocalRollbackCompleted', revertedToClosure: closure, exitCode: 0, completedAt: now };
    }
    case 'Pending':
    case 'Soaking':
    case 'Converged':
    case 'Reverted':
      return null;
  }
}
