import type { RolloutManifest } from '../../fleet/index.ts';
import { at, showName } from '../../text/index.ts';
import type { ScenarioStep } from '../scenario-steps.ts';
import type { Reading } from './reading.ts';

interface Publish {
  readonly atMs: number | null;
  readonly path: string;
  readonly rollouts: readonly RolloutManifest[];
}

/**
 * A release that is out already brings nothing, which its author did not mean. Only told where it is certain what is out
 * by then: there is no other release, or every one has its time. `steps` are in the order of the file.
 */
export function checkPublishes(
  steps: readonly ScenarioStep[],
  first: readonly RolloutManifest[],
  base: string,
  reading: Reading,
): void {
  const publishes = steps.flatMap(({ when, do: action }, index): Publish[] =>
    action.type === 'publish'
      ? [{ atMs: when.type === 'At' ? when.atMs : null, path: at(base, index), rollouts: action.rollouts }]
      : [],
  );
  if (publishes.length > 1 && publishes.some(({ atMs }) => atMs === null)) return;
  const out = new Map(first.map((rollout) => [rollout.channel, rollout]));
  for (const { path, rollouts } of publishes.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0))) {
    if (rollouts.length > 0 && rollouts.every((rollout) => isSame(rollout, out.get(rollout.channel)))) {
      const message = `${showName(rollouts[0]?.channelRef ?? '')} is what is out already, closure for closure, so nothing would happen`;
      reading.add(at(path, 'ref'), message, 'Give the new release a ref of its own.');
    }
    for (const rollout of rollouts) out.set(rollout.channel, rollout);
  }
}

function isSame(one: RolloutManifest, other: RolloutManifest | undefined): boolean {
  return one.rolloutId === other?.rolloutId && JSON.stringify(one) === JSON.stringify(other);
}
