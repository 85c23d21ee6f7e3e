import type { HostRolloutState } from '../machine/record.ts';
import { NOTHING, type AgentRollout } from './agent-state.ts';
import { log, storeRollout, type Turn } from './turn.ts';

/** Gives a rollout without a record the one that `base` and the outbox tell (specification: agent, rule 11). */
export function recoverRecord(turn: Turn, rollout: AgentRollout, base: HostRolloutState): void {
  const { rolloutId, manifest, recovered } = rollout;
  if (manifest === null) {
    storeRollout(turn, rollout);
    return;
  }
  const { record, refusals } = turn.parts.bootRecord(base, recovered, manifest.policy, turn.now, turn.parts.step);
  for (const refusal of refusals) {
    log(turn, 'warn', `An event of the outbox does not fit the record: ${refusal.message}`, {
      rolloutId,
      refusal: refusal.kind,
    });
  }
  const numberedTo = Math.max(rollout.numberedTo, record.lastEventSeq);
  storeRollout(turn, { ...rollout, record, numberedTo, recovered: NOTHING });
}
