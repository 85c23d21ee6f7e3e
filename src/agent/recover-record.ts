import type { RolloutPolicy } from '../machine/events.ts';
import type { HostRolloutState, HostState } from '../machine/record.ts';
import { NOTHING, type AgentRollout } from './agent-state.ts';
import { writeHeader } from './outbox-header.ts';
import { log, storeRollout, type Turn } from './turn.ts';

/**
 * Gives a rollout the record that `base` and what is left of the outbox at boot tell (specification: agent, rule 11).
 *
 * @param savedState what the header on disk says; `null` where there is none
 */
export function recoverRecord(
  turn: Turn,
  rollout: AgentRollout,
  base: HostRolloutState,
  policy: RolloutPolicy,
  savedState: HostState | null,
): void {
  const { rolloutId, recovered } = rollout;
  const { record, refusals } = turn.parts.bootRecord(base, recovered, policy, turn.now, turn.parts.step);
  for (const refusal of refusals) {
    log(turn, 'warn', `An event of the outbox does not fit the record: ${refusal.message}`, {
      rolloutId,
      refusal: refusal.kind,
    });
  }
  const numberedTo = Math.max(rollout.numberedTo, record.lastEventSeq);
  const recoveredRollout: AgentRollout = { ...rollout, record, numberedTo, recovered: NOTHING };
  storeRollout(turn, recoveredRollout);
  // Before an event that told this leaves the outbox: the crash may have come before the header was written.
  if (record.state !== savedState) writeHeader(turn, recoveredRollout);
}
