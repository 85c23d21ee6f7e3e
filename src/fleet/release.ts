import { byCodeUnit } from '../text/index.ts';
import type { AgentManifest } from '../wire/index.ts';
import type { Fleet } from './fleet-manifest.ts';
import type { FleetProblem } from './fleet-problem.ts';
import { projectRollout, type ProjectionOptions } from './project-rollout.ts';
import type { RolloutManifest } from './rollout-manifest.ts';

/** The rollouts of a release, one per channel, in order of name; or all problems that prevent it. */
export type ProjectedRelease =
  | { readonly ok: true; readonly rollouts: readonly RolloutManifest[] }
  | { readonly ok: false; readonly problems: readonly FleetProblem[] };

/**
 * The rollouts of a fleet file, one per channel, for the input `ManifestsVerified`.
 *
 * @param ref the channel ref to roll out; `null` for the file's `ciCommit`
 */
export function projectRollouts(
  fleet: Fleet,
  ref: string | null = null,
  closures: ProjectionOptions['closures'] = new Map(),
): ProjectedRelease {
  const rollouts: RolloutManifest[] = [];
  // A problem with the whole file is the same for every channel.
  const problems = new Map<string, FleetProblem>();
  for (const channel of [...fleet.channels.keys()].sort(byCodeUnit)) {
    const projected = projectRollout(fleet, channel, { ref, closures });
    if (projected.ok) rollouts.push(projected.rollout);
    else problems.set(JSON.stringify(projected.problem), projected.problem);
  }
  return problems.size > 0 ? { ok: false, problems: [...problems.values()] } : { ok: true, rollouts };
}

/** The part of a rollout that a host may act on; `null` if it is not in the rollout. */
export function agentManifest(rollout: RolloutManifest, hostname: string): AgentManifest | null {
  const host = rollout.hosts.find((other) => other.hostname === hostname);
  if (host === undefined) return null;
  const { rolloutId, channel, policy } = rollout;
  return { rolloutId, hostname, channel, targetClosure: host.targetClosure, policy };
}
