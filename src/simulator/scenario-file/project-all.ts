import { projectRollout, type Fleet, type RolloutManifest } from '../../fleet/index.ts';
import { declaredRelease, type DeclaredRelease } from '../declared-release.ts';
import type { Reading } from './reading.ts';

/** Rollouts, and what they were made from. */
export interface ProjectedChannels {
  readonly rollouts: readonly RolloutManifest[];
  readonly declared: DeclaredRelease;
}

/** The rollouts of some channels of a fleet. If one is impossible, reports problems at `path` and returns `null`. */
export function projectAll(
  fleet: Fleet,
  channels: readonly string[],
  ref: string,
  closures: ReadonlyMap<string, string>,
  path: string,
  reading: Reading,
): ProjectedChannels | null {
  const rollouts: RolloutManifest[] = [];
  let isWhole = true;
  for (const channel of channels) {
    const projected = projectRollout(fleet, channel, { ref, closures });
    if (projected.ok) rollouts.push(projected.rollout);
    else {
      isWhole = false;
      reading.add(path, projected.problem.message, projected.problem.remedy);
    }
  }
  return isWhole ? { rollouts, declared: declaredRelease(fleet, ref, closures) } : null;
}
