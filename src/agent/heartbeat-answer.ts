import { EMPTY_LIST, byCodeUnit } from '../text/index.ts';
import { type HostRolloutState, newPendingHost } from '../machine/index.ts';
import { snapshotOf, type AgentManifest, type HostRolloutSnapshot } from '../wire/index.ts';
import { finishBoot } from './boot.ts';
import type { AgentInputOf } from './inputs.ts';
import { sendFirst } from './outbox.ts';
import { recoverRecord } from './recovery.ts';
import { noteBoot, rehydrate, resume } from './resume.ts';
import { activateNewest, activeRecord, forgetOldRollouts } from './rollouts.ts';
import type { AgentRollout } from './state.ts';
import { edit, emitLog, findRollout, storeRollout, type OpenTurn } from './turn.ts';

/**
 * Takes over the snapshots that know more than the agent, and sends again the events that the control plane asks for
 * (specification: agent, rule 10).
 */
export function handleHeartbeatAnswer(turn: OpenTurn, answer: AgentInputOf<'HeartbeatAnswered'>): void {
  const { bootstrapRollouts: snapshots, manifests, batchLimit } = answer;
  if (batchLimit !== turn.agent.batchLimit) edit(turn).batchLimit = batchLimit;
  const takeOvers: TakeOver[] = [];
  // More than one only if the host's channel has moved on.
  for (const snapshot of snapshots.length < 2 ? snapshots : snapshots.toSorted(byRollout)) {
    const taken = takeOver(turn, snapshot, manifests);
    if (taken !== null) takeOvers.push(taken);
  }
  if (turn.agent.phase === 'awaiting-answer') finishBoot(turn);
  else if (takeOvers.length > 0) followTakeOvers(turn, takeOvers);
  if (answer.replayFrom !== null) replay(turn, answer.replayFrom);
}

function byRollout(a: HostRolloutSnapshot, b: HostRolloutSnapshot): number {
  return byCodeUnit(a.rolloutId, b.rolloutId);
}

/** Older rollouts are history: their records are taken over, and nothing else is done for them (rule 9). */
function followTakeOvers(turn: OpenTurn, takeOvers: readonly TakeOver[]): void {
  activateNewest(turn);
  const record = activeRecord(turn.agent);
  const taken = takeOvers.find(({ rolloutId }) => rolloutId === record?.rolloutId);
  if (record !== null && taken !== undefined) {
    noteBoot(turn, record.rolloutId);
    rehydrate(turn, record);
    if (taken.isNews) resume(turn, record.rolloutId);
  }
  forgetOldRollouts(turn);
}

/**
 * Sends the oldest events of the outbox now; the rest follow in order as those are answered. This only cuts short a
 * wait after a failed attempt, and only once. If each heartbeat replaced the request, and round trips took longer than
 * a heartbeat interval, no request would ever be answered.
 */
function replay(turn: OpenTurn, after: number): void {
  const { activeRolloutId } = turn.agent;
  const rollout = activeRolloutId === null ? null : findRollout(turn.agent, activeRolloutId);
  if (rollout === null || !rollout.undelivered.some(({ event }) => event.seq > after)) return;
  if (rollout.failedAttempts === 0 || rollout.isHastened) return;
  const stored = { ...rollout, isHastened: true };
  storeRollout(turn, stored);
  sendFirst(turn, stored);
}

/** A rollout whose snapshot was taken over. */
interface TakeOver {
  readonly rolloutId: string;
  /** The agent had no record, or one in another state, so nothing of this rollout is under way here. */
  readonly isNews: boolean;
}

/**
 * Takes over a snapshot if the rule says so (specification: agent, rule 10); otherwise `null`. Never one for another
 * host, one without a manifest, or one whose closure differs from the signed manifest's: the agent would act on it.
 */
function takeOver(turn: OpenTurn, snapshot: HostRolloutSnapshot, manifests: readonly AgentManifest[]): TakeOver | null {
  const { rolloutId } = snapshot;
  const known = findRollout(turn.agent, rolloutId);
  const record = known?.record ?? null;
  // The worker has not reported yet, and may contradict what the control plane concluded from the running closure.
  const isWorking = turn.agent.workers.some((worker) => worker.rolloutId === rolloutId);
  if (record !== null && record.state !== snapshot.state && isWorking) return null;
  const taken = turn.rules.takeOverSnapshot(record, snapshot) ?? pendingBase(known, snapshot);
  const manifest = known?.manifest ?? manifestOf(rolloutId, manifests) ?? manifestOf(rolloutId, turn.agent.manifests);
  if (taken === null || !isTrusted(turn, snapshot, manifest)) return null;

  const rollout: AgentRollout = { ...(known ?? unknownRollout(rolloutId)), manifest };
  const isNews = record === null || record.state !== taken.state;
  // Writes a header even if the state is the same: the numbers that the control plane has seen must survive a crash.
  recoverRecord(turn, rollout, taken, manifest.policy, null);
  return { rolloutId, isNews };
}

function manifestOf(rolloutId: string, manifests: readonly AgentManifest[]): AgentManifest | null {
  return manifests.find((manifest) => manifest.rolloutId === rolloutId) ?? null;
}

/** The control plane has none of the outbox's events yet, but the first of them applies to its Pending snapshot. */
function pendingBase(known: AgentRollout | null, snapshot: HostRolloutSnapshot): HostRolloutState | null {
  // Once there is a record, there are no recovered events.
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
    emitLog(
      turn,
      'error',
      'snapshot-of-another',
      `A snapshot of ${snapshot.hostname} was not taken over: this is ${hostname}.`,
      {
        rolloutId,
      },
    );
    return false;
  }
  if (manifest === null) {
    emitLog(turn, 'warn', 'snapshot-not-signed', 'A snapshot was not taken over: its rollout has no signed manifest.', {
      rolloutId,
    });
    return false;
  }
  if (manifest.targetClosure === targetClosure && manifest.hostname === hostname) return true;
  emitLog(
    turn,
    'error',
    'snapshot-contradicted',
    'A snapshot was not taken over: the signed manifest names another target closure or host.',
    {
      rolloutId,
      targetClosure,
      manifestTargetClosure: manifest.targetClosure,
      manifestHostname: manifest.hostname,
    },
  );
  return false;
}

function unknownRollout(rolloutId: string): AgentRollout {
  return {
    rolloutId,
    manifest: null,
    record: null,
    numberedTo: 0,
    reservedTo: 0,
    undelivered: EMPTY_LIST,
    inFlight: 0,
    failedAttempts: 0,
    isHastened: false,
    recovered: EMPTY_LIST,
    bootId: null,
    activation: null,
  };
}

/**
 * The agent's record after taking over a snapshot, or `null` to keep the one it has (specification: agent, rule 10).
 * Only a snapshot that knows more is taken over, so no record ever moves back. A Pending snapshot never is: as a
 * record, it would make the agent ignore the dispatch that it is waiting for.
 */
export function takeOverSnapshot(
  record: HostRolloutState | null,
  snapshot: HostRolloutSnapshot,
): HostRolloutState | null {
  if (snapshot.state === 'Pending' || snapshot.lastEventSeq <= (record?.lastEventSeq ?? 0)) return null;
  const base = record ?? newPendingHost(snapshot);
  // Through `snapshotOf`, so that extra fields of an embedder's snapshot cannot get into the record.
  const taken = { ...base, ...snapshotOf({ ...base, ...snapshot }) };
  // A control plane that lost its database has not dispatched the host, so it does not know when the soak ends.
  return snapshot.soakDueAt === null ? { ...taken, soakDueAt: base.soakDueAt } : taken;
}
