import { draftOf, type HostRolloutState } from '../machine/record.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';

/**
 * The record as the agent's snapshot tells it (specification: control-plane, "Heartbeats"), for a record that knows
 * less; `null` if the snapshot contradicts the record or itself. What a snapshot does not carry stays as it was,
 * except that a host which is back runs what it went back to.
 */
export function takeOver(record: HostRolloutState, snapshot: HostRolloutSnapshot): HostRolloutState | null {
  if (snapshot.rolloutId !== record.rolloutId || snapshot.hostname !== record.hostname) return null;
  if (snapshot.channel !== record.channel || snapshot.targetClosure !== record.targetClosure) return null;
  if (snapshot.state === 'Pending') return null;
  if (snapshot.state === 'Converged' && snapshot.currentClosure !== snapshot.targetClosure) return null;

  const taken = draftOf(record);
  taken.state = snapshot.state;
  taken.currentClosureAtDispatch = snapshot.currentClosureAtDispatch;
  taken.currentClosure = snapshot.currentClosure;
  taken.dispatchedAt = snapshot.dispatchedAt;
  taken.dispatchAckedAt = snapshot.dispatchAckedAt;
  taken.activationStartedAt = snapshot.activationStartedAt;
  taken.activationCompletedAt = snapshot.activationCompletedAt;
  taken.soakDueAt = snapshot.soakDueAt;
  taken.lastEventSeq = snapshot.lastEventSeq;
  if (snapshot.state === 'Reverted') taken.revertedTo = snapshot.currentClosure;
  return taken;
}
