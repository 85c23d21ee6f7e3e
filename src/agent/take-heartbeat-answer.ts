import { byCodeUnit } from '../text/by-code-unit.ts';
import type { HostRolloutSnapshot } from '../wire/host-rollout-snapshot.ts';
import { activateNewest, activeRecord } from './active-rollout.ts';
import { adoptSnapshot, type Adoption } from './adopt-snapshot.ts';
import type { AgentInputOf } from './agent-inputs.ts';
import { finishBoot } from './boot.ts';
import { forgetOldRollouts } from './forget-old-rollouts.ts';
import { rehydrate, resume } from './rehydrate.ts';
import { sendFirst } from './send-first.ts';
import { findRollout, storeRollout, type Turn } from './turn.ts';

/** Takes over what the control plane knows better, and sends again what it asks for (specification: agent, rule 10). */
export function takeHeartbeatAnswer(turn: Turn, answer: AgentInputOf<'HeartbeatAnswered'>): void {
  const { bootstrapRollouts: snapshots, manifests } = answer;
  const adoptions: Adoption[] = [];
  // One at most, but for a host whose channel has moved on.
  for (const snapshot of snapshots.length < 2 ? snapshots : snapshots.toSorted(byRollout)) {
    const adoption = adoptSnapshot(turn, snapshot, manifests);
    if (adoption !== null) adoptions.push(adoption);
  }
  if (turn.agent.phase === 'awaiting-answer') finishBoot(turn);
  else if (adoptions.length > 0) followAdoptions(turn, adoptions);
  if (answer.replayFrom !== null) replay(turn, answer.replayFrom);
}

function byRollout(a: HostRolloutSnapshot, b: HostRolloutSnapshot): number {
  return byCodeUnit(a.rolloutId, b.rolloutId);
}

/** Of older rollouts the record is all that is taken over: they are history (rule 9). */
function followAdoptions(turn: Turn, adoptions: readonly Adoption[]): void {
  activateNewest(turn);
  const record = activeRecord(turn.agent);
  const adoption = adoptions.find(({ rolloutId }) => rolloutId === record?.rolloutId);
  if (record !== null && adoption !== undefined) {
    rehydrate(turn, record);
    if (adoption.isNews) resume(turn, record.rolloutId);
  }
  forgetOldRollouts(turn);
}

/** In order, so it is the first of the outbox that goes out at once; those behind follow as they are answered. */
function replay(turn: Turn, after: number): void {
  const { activeRolloutId } = turn.agent;
  const rollout = activeRolloutId === null ? null : findRollout(turn.agent, activeRolloutId);
  if (rollout === null || !rollout.undelivered.some(({ event }) => event.seq > after)) return;
  const stored = { ...rollout, failedAttempts: 0 };
  storeRollout(turn, stored);
  sendFirst(turn, stored);
}
