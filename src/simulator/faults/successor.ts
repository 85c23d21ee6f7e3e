import { z } from 'zod';
import type { RolloutManifest } from '../../fleet/index.ts';
import { channelRef, closures, name } from '../scenario-file/field-types.ts';
import { namesOf, shortName } from '../../text/index.ts';
import type { FaultKind } from './fault.ts';

/** A new release is signed and verified: it replaces those of the channels that it names. */
export interface PublishRelease {
  readonly type: 'publish';
  readonly rollouts: readonly RolloutManifest[];
}

export interface SuccessorParams {
  readonly successor: { readonly rolloutIds: readonly string[] };
}

const MAX_NAMES = 6;

export const successor: FaultKind<SuccessorParams, PublishRelease, object> = {
  faults: {
    successor: {
      tests: 'a rollout is superseded while it is in progress',
      rates: [],
      params: z.object({ rolloutIds: z.array(z.string()) }),
      detail: ({ rolloutIds }) => rolloutIds.join(', '),
      // Never by chance.
      pin: () => null,
    },
  },
  step: {
    do: 'publish',
    isOnHosts: false,
    isArmed: false,
    shape: {
      ref: channelRef.describe('The channel ref of the new release'),
      closures: closures.optional().describe('What is new (default: a new closure for every host)'),
      channels: z.array(name).max(1000).optional().describe('Channels to publish to (default: all)'),
    },
    read: (given, context) => {
      const rollouts = context.release(given);
      return rollouts === null ? null : { rollouts };
    },
    write: ({ rollouts }, context) => context.release(rollouts),
    faults: () => ['successor'],
    words: ({ rollouts }) =>
      `a new release: ${namesOf(
        rollouts.map(({ rolloutId }) => shortName(rolloutId)),
        MAX_NAMES,
      )}`,
    strike: (world, { rollouts }) => {
      world.fired<SuccessorParams>('successor', null, { rolloutIds: rollouts.map(({ rolloutId }) => rolloutId) });
      world.publish(rollouts);
    },
  },
  rates: {},
  hooks: {},
};
