import { newPendingHost, type HostRolloutState } from '../machine/record.ts';
import { snapshotOf, type HostRolloutSnapshot } from '../wire/host-rollout-snapshot.ts';

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
  return { ...base, ...snapshotOf({ ...base, ...snapshot }) };
}
