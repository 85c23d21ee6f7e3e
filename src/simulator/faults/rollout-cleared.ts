import { z } from 'zod';
import type { FaultKind } from './fault.ts';
import { settings } from './step-settings.ts';

/** An operator clears every rollout that failed or reverted. */
export interface ClearRollouts {
  readonly type: 'clear-rollouts';
}

export interface RolloutClearedParams {
  readonly 'rollout-cleared': { readonly rolloutId: string };
}

export const rolloutCleared: FaultKind<RolloutClearedParams, ClearRollouts, object> = {
  faults: {
    'rollout-cleared': {
      tests: 'a clearance is refused: the specification does not define what it leads to',
      params: z.object({ rolloutId: z.string() }),
      detail: ({ rolloutId }) => rolloutId,
    },
  },
  step: {
    do: 'clear-rollouts',
    ...settings<ClearRollouts>({}),
    words: () => 'an operator clears every rollout that failed or reverted',
    strike: (world) => {
      for (const rolloutId of world.haltedRollouts) {
        world.fired<RolloutClearedParams>('rollout-cleared', null, { rolloutId });
        world.clearRollout(rolloutId);
      }
    },
  },
  rates: {},
};
