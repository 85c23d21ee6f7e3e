import { byCodeUnit } from '../text/index.ts';
import { type HostRolloutState, newPendingHost } from '../machine/index.ts';
import { snapshotOf, type AgentManifest, type HostRolloutSnapshot } from '../wire/index.ts';
import { finishBoot } from './boot.ts';
import type { AgentInputOf } from './inputs.ts';
import { sendFirst } from './outbox.ts';
import { recoverRecord } from './recovery.ts';
import { noteBoot, rehydrate, resume } from './resume.ts';
import { activateNewest, activeRecord, forgetOldRollouts } from './rollouts.ts';
import { NOTHING, type AgentRollout } from './state.ts';
import { edit, emitLog, findRollout, storeRollout, type OpenTurn } from './turn.ts';

/** Takes over what the control plane knows better, and sends again what it asks for (specification: agent, rule 10). */
export function takeHeartbeatAnswer(turn: OpenTurn, answer: AgentInputOf<'HeartbeatAnswered'>): void {
  const { bootstrapRollouts: snapshots, manifests, batchLimit } = answer;
  if (batchLimit !== turn.agent.batchLimit) edit(turn).batchLimit = batchLimit;
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
function followAdoptions(turn: OpenTurn, adoptions: readonly Adoption[]): void {
  activateNewest(turn);
  const record = activeRecord(turn.agent);
  const adoption = adoptions.find(({ rolloutId }) => rolloutId === record?.rolloutId);
  if (record !== null && adoption !== undefined) {
    noteBoot(turn, record.rolloutId);
    rehydrate(turn, record);
    if (adoption.isNews) resume(turn, record.rolloutId);
  }
  forgetOldRollouts(turn);
}

/**
 * In order, so it is the first of the outbox that goes out at once; those behind follow as they are answered. Only a
 * wait after a failed attempt is cut short, and once: a request replaced at each heartbeat would never be answered where
 * the round trip takes longer than the time between two heartbeats.
 */
function replay(turn: OpenTurn, after: number): void {
  const { activeRolloutId } = turn.agent;
  const rollout = activeRolloutId === null ? null : findRollout(turn.agent, activeRolloutId);
  if (rollout === null || !rollout.undelivered.some(({ event }) => event.seq > after)) return;
  if (rollout.inFlight > 0 && (rollout.failedAttempts === 0 || rollout.isHastened)) return;
  const stored = { ...rollout, isHastened: true };
  storeRollout(turn, stored);
  sendFirst(turn, stored);
}

/** What the answer to a heartbeat has shown of one rollout. */
interface Adoption {
  readonly rolloutId: string;
  /** The agent did not know, or knew something else, what the host had been doing: nothing of it is under way here. */
  readonly isNews: boolean;
}

/**
 * Takes a snapshot over if the rule says so (specification: agent, rule 10), `null` if not. One for another host, or
 * for another closure than the signed manifest names, or without a manifest, is never taken over: the agent would act
 * on it.
 */
function adoptSnapshot(
  turn: OpenTurn,
  snapshot: HostRolloutSnapshot,
  manifests: readonly AgentManifest[],
): Adoption | null {
  const { rolloutId } = snapshot;
  const known = findRollout(turn.agent, rolloutId);
  const record = known?.record ?? null;
  // Its worker's own report is still to come, and may contradict what the control plane concluded from what runs.
  const isWorking = turn.agent.workers.some((worker) => worker.rolloutId === rolloutId);
  if (record !== null && record.state !== snapshot.state && isWorking) return null;
  const taken = turn.rules.takeOverSnapshot(record, snapshot) ?? pendingBase(known, snapshot);
  const manifest = known?.manifest ?? manifestOf(rolloutId, manifests) ?? manifestOf(rolloutId, turn.agent.manifests);
  if (taken === null || !isTrusted(turn, snapshot, manifest)) return null;

  const rollout: AgentRollout = { ...(known ?? unknownRollout(rolloutId)), manifest };
  const isNews = record === null || record.state !== taken.state;
  // With a header also where the state is the same: the numbers that the control plane has seen must outlive a crash.
  recoverRecord(turn, rollout, taken, manifest.policy, null);
  return { rolloutId, isNews };
}

function manifestOf(rolloutId: string, manifests: readonly AgentManifest[]): AgentManifest | null {
  return manifests.find((manifest) => manifest.rolloutId === rolloutId) ?? null;
}

/** The control plane has nothing yet of what the outbox tells, but it knows what the outbox's first event began from. */
function pendingBase(known: AgentRollout | null, snapshot: HostRolloutSnapshot): HostRolloutState | null {
  // Where there is a record, nothing of what was recovered is left.
  if (snapshot.state !== 'Pending' || known?.recovered[0]?.type !== 'DispatchAck') return null;
  return newPendingHost(snapshot);
}

function isTrusted(
  turn: OpenTurn,
  snapshot: HostRolloutSnapshot,
  manifest: AgentManifest | null,
): manifest is AgentManifest {
  const { rolloutId, targetClosure } = snapshot;
  const { hostname } = turn.agent;
  if (snapshot.hostname !== hostname) {
    emitLog(turn, 'error', `A snapshot of ${snapshot.hostname} is not taken over: this is ${hostname}.`, {
      rolloutId,
    });
    return false;
  }
  if (manifest === null) {
    emitLog(turn, 'warn', 'A snapshot is not taken over: its rollout has no signed manifest.', { rolloutId });
    return false;
  }
  if (manifest.targetClosure === targetClosure && manifest.hostname === hostname) return true;
  emitLog(turn, 'error', 'A snapshot is not taken over: the signed manifest names another target closure or host.', {
    rolloutId,
    targetClosure,
    manifestTargetClosure: manifest.targetClosure,
    manifestHostname: manifest.hostname,
  });
  return false;
}

function unknownRollout(rolloutId: string): AgentRollout {
  return {
    rolloutId,
    manifest: null,
    record: null,
    numberedTo: 0,
    reservedTo: 0,
    undelivered: NOTHING,
    inFlight: 0,
    failedAttempts: 0,
    isHastened: false,
    recovered: NOTHING,
    bootId: null,
  };
}

/**
 * The record that a snapshot from the control plane makes of the one that the agent has, or `null` if it is not taken
 * over (specification: agent, rule 10): only a snapshot that knows more is, so that no record ever moves back. Whoever
 * has no record knows nothing, and a snapshot of a host that was never activated tells nothing either: taken for a
 * record, it would make the agent ignore the dispatch that it waits for.
 */
export function takeOverSnapshot(
  record: HostRolloutState | null,
  snapshot: HostRolloutSnapshot,
): HostRolloutState | null {
  if (snapshot.state === 'Pending' || snapshot.lastEventSeq <= (record?.lastEventSeq ?? 0)) return null;
  const base = record ?? newPendingHost(snapshot);
  // By way of `snapshotOf`, so that a field which an embedder's snapshot has beside these cannot reach the record.
  const taken = { ...base, ...snapshotOf({ ...base, ...snapshot }) };
  // A control plane that lost its database did not dispatch the host, and knows no end of its soak.
  return snapshot.soakDueAt === null ? { ...taken, soakDueAt: base.soakDueAt } : taken;
}
