import type { RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import { rehydrationEffects } from '../machine/rehydration.ts';
import { feed, settleEffects } from './feed.ts';
import type { Resumption } from './rules.ts';
import type { Agent } from './state.ts';
import { findRollout, type OpenTurn } from './turn.ts';

/** Workers hear about a record that came from elsewhere as they do of any other (specification: agent, rule 10). */
export function rehydrate(turn: OpenTurn, record: HostRolloutState): void {
  settleEffects(turn, record.rolloutId, rehydrationEffects(record));
}

/** Goes on with what was under way when memory was lost (specification: agent, rule 11). */
export function resume(turn: OpenTurn, rolloutId: string): void {
  const { record = null, manifest = null } = findRollout(turn.agent, rolloutId) ?? {};
  if (record === null || manifest === null) return;
  const next = turn.rules.resumption(turn.agent, record, manifest.policy, turn.now);
  if (next === null) return;
  if (next.type === 'LocalFireSwitch' || next.type === 'LocalFireRollbackTo') settleEffects(turn, rolloutId, [next]);
  else feed(turn, rolloutId, next);
}

/** No process ended with it: this is what a failed one would have said. */
const REBOOT_FAILED_EXIT_CODE = 1;

/**
 * How to go on with what was under way when the agent's memory was lost (specification: agent, rule 11); `null` if there
 * is nothing to do. A soaking host's probes are restarted by the rehydration of its record. A host that is Activating
 * or Deferred and runs its target has done its part: the control plane concludes that from the heartbeat.
 */
export function resumption(
  agent: Agent,
  record: HostRolloutState,
  policy: RolloutPolicy,
  now: Time,
): Resumption | null {
  const runsTarget = agent.runningClosure === record.targetClosure;
  switch (record.state) {
    case 'Activating':
      if (runsTarget) return null;
      return { type: 'LocalFireSwitch', rolloutId: record.rolloutId, target: record.targetClosure };
    case 'Deferred':
      if (runsTarget || !agent.rebooted) return null;
      return {
        type: 'LocalActivationFailed',
        exitCode: REBOOT_FAILED_EXIT_CODE,
        stderrTail: `After the reboot the host runs ${agent.runningClosure}, not the deferred ${record.targetClosure}.`,
        failedAt: now,
      };
    case 'Failed': {
      const closure = record.currentClosureAtDispatch;
      if (policy.onHealthFailure !== 'rollback-and-halt' || closure === null) return null;
      if (agent.runningClosure === closure) return null;
      return { type: 'LocalFireRollbackTo', rolloutId: record.rolloutId, closure };
    }
    case 'Pending':
    case 'Soaking':
    case 'Converged':
    case 'Reverted':
      return null;
  }
}
