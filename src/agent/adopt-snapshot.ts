import { newPendingHost, type HostRolloutState } from '../machine/record.ts';
import type { HostRolloutSnapshot } from '../wire/host-rollout-snapshot.ts';
import type { AgentManifest } from './agent-manifest.ts';
import { NOTHING, type AgentRollout } from './agent-state.ts';
import { recoverRecord } from './recover-record.ts';
import { findRollout, log, type Turn } from './turn.ts';

/** What the answer to a heartbeat has shown of one rollout. */
export interface Adoption {
  readonly rolloutId: string;
  /** The agent did not know, or knew something else, what the host had been doing: nothing of it is under way here. */
  readonly isNews: boolean;
}

/**
 * Takes a snapshot over if the rule says so (specification: agent, rule 10), `null` if not. One for another host, or
 * for another closure than the signed manifest names, or without a manifest, is never taken over: the agent would act
 * on it.
 */
export function adoptSnapshot(
  turn: Turn,
  snapshot: HostRolloutSnapshot,
  manifests: readonly AgentManifest[],
): Adoption | null {
  const { rolloutId } = snapshot;
  const known = findRollout(turn.agent, rolloutId);
  const record = known?.record ?? null;
  const taken = turn.parts.takeOverSnapshot(record, snapshot) ?? pendingBase(known, snapshot);
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
  turn: Turn,
  snapshot: HostRolloutSnapshot,
  manifest: AgentManifest | null,
): manifest is AgentManifest {
  const { rolloutId, targetClosure } = snapshot;
  const { hostname } = turn.agent;
  if (snapshot.hostname !== hostname) {
    log(turn, 'error', `A snapshot of the host ${snapshot.hostname} is not taken over: this is ${hostname}.`, {
      rolloutId,
    });
    return false;
  }
  if (manifest === null) {
    log(turn, 'warn', 'A snapshot is not taken over: there is no signed manifest of its rollout.', { rolloutId });
    return false;
  }
  if (manifest.targetClosure === targetClosure && manifest.hostname === hostname) return true;
  log(turn, 'error', 'A snapshot is not taken over: the signed manifest names another target closure or host.', {
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
    failedAttempts: 0,
    recovered: NOTHING,
  };
}
