import type { LocalFireRollbackTo, LocalFireSwitch } from '../machine/effects.ts';
import type { RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { Agent } from './agent-state.ts';
import type { UnnumberedEvent } from './unnumbered-event.ts';

/** A worker to be started again, or an event that tells what the boot has shown. */
export type Resumption = LocalFireSwitch | LocalFireRollbackTo | UnnumberedEvent;

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
