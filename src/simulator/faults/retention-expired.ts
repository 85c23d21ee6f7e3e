import { z } from 'zod';
import { namesOf } from '../../text/index.ts';
import { onControlPlanePerHour, ratePerHour, type FaultKind, type FaultWorld } from './fault.ts';
import { DURATION, optionalSetting, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

const MAX_NAMES = 3;

/** The control plane drops the host records of rollouts that were superseded long enough ago. */
export interface ExpireRetention {
  readonly type: 'expire-retention';
  readonly supersededForMs: number;
}

export interface RetentionExpiredParams {
  readonly 'retention-expired': { readonly rolloutIds: readonly string[] };
}

export interface RetentionExpiredRates {
  readonly retentionExpiresPerHour: number;
}

export const retentionExpired: FaultKind<RetentionExpiredParams, ExpireRetention, RetentionExpiredRates> = {
  faults: {
    'retention-expired': {
      tests: 'a pruned rollout is never opened again, and what its hosts still report changes nothing',
      params: z.object({ rolloutIds: z.array(z.string()) }),
      detail: ({ rolloutIds }) => namesOf(rolloutIds, MAX_NAMES),
      pin: () => ({ step: { type: 'expire-retention', supersededForMs: 0 } }),
    },
  },
  step: {
    do: 'expire-retention',
    ...settings<ExpireRetention>({
      supersededForMs: optionalSetting<number>(
        'superseded-for',
        DURATION,
        0,
        'How long ago a rollout must have been superseded (default: any time)',
      ),
    }),
    words: ({ supersededForMs }) =>
      supersededForMs === 0
        ? 'control plane: drops the records of superseded rollouts'
        : `control plane: drops the records of rollouts superseded ${timeWords(supersededForMs)} ago`,
    strike: (world, { supersededForMs }) => expire(world, supersededForMs),
  },
  rates: {
    retentionExpiresPerHour: ratePerHour(
      'retention-expires-per-hour',
      'How often per hour the control plane drops the records of superseded rollouts',
    ),
  },
  hooks: onControlPlanePerHour(
    ({ retentionExpiresPerHour }) => retentionExpiresPerHour,
    'fault:retention-expired',
    (world) => expire(world, 0),
  ),
};

function expire(world: FaultWorld, supersededForMs: number): void {
  const rolloutIds = world.supersededRollouts(supersededForMs);
  if (rolloutIds.length === 0) return;
  world.fired<RetentionExpiredParams>('retention-expired', null, { rolloutIds });
  for (const rolloutId of rolloutIds) world.expireRetention(rolloutId);
}
