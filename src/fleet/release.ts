import { byCodeUnit } from '../text/index.ts';
import type { AgentManifest } from '../wire/index.ts';
import type { Fleet } from './fleet-manifest.ts';
import type { FleetProblem } from './fleet-problem.ts';
import { projectRollout, type ProjectionOptions } from './project-rollout.ts';
import type { RolloutManifest } from './rollout-manifest.ts';

/** The rollouts of a release, one for each channel and in their order; or everything that stops it. */
export type ProjectedRelease =
  | { readonly ok: true; readonly rollouts: readonly RolloutManifest[] }
  | { readonly ok: false; readonly problems: readonly FleetProblem[] };

/**
 * What a fleet file releases: the rollout of every channel, as `ManifestsVerified` takes them. `fleet.channels` is a
 * `Map`, in which `Object.keys` finds nothing.
 *
 * @param ref the channel ref that goes out; `null` for the `ciCommit` of the file
 */
export function projectRollouts(
  fleet: Fleet,
  ref: string | null = null,
  closures: ProjectionOptions['closures'] = new Map(),
): ProjectedRelease {
  const rollouts: RolloutManifest[] = [];
  // A problem of the file as a whole is the same in every channel.
  const problems = new Map<string, FleetProblem>();
  for (const channel of [...fleet.channels.keys()].sort(byCodeUnit)) {
    const projected = projectRollout(fleet, channel, { ref, closures });
    if (projected.ok) rollouts.push(projected.rollout);
    else problems.set(JSON.stringify(projected.problem), projected.problem);
  }
  return problems.size > 0 ? { ok: false, problems: [...problems.values()] } : { ok: true, rollouts };
}

/** What a host may act on: the part of a rollout that concerns it, `null` if it is not part of the rollout. */
export function agentManifest(rollout: RolloutManifest, hostname: string): AgentManifest | null {
  const host = rollout.hosts.find((other) => other.hostname === hostname);
  if (host === undefined) return null;
  const { rolloutId, channel, policy } = rollout;
  return { rolloutId, hostname, channel, targetClosure: host.targetClosure, policy };
}
