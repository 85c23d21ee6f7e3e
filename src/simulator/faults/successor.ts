import { z } from 'zod';
import type { RolloutManifest } from '../../fleet/index.ts';
import type { DeclaredRelease } from '../declared-release.ts';
import { channelRef, closures, name, textField } from '../scenario-file/field-types.ts';
import { namesOf, shortName } from '../../text/index.ts';
import type { FaultKind } from './fault.ts';

/** A host of a fleet, and its channel. */
export interface FleetHostOnChannel {
  readonly hostname: string;
  readonly channel: string;
}

/** What is published: the new manifests of some channels, and which hosts are in the fleet from now on. */
export interface SuccessorRelease {
  readonly rollouts: readonly RolloutManifest[];
  /** All hosts of the fleet file that is published; absent if the fleet itself is unchanged. */
  readonly fleetHosts?: readonly FleetHostOnChannel[];
  /** What `rollouts` were made from; absent if they have been changed since. */
  readonly declared?: DeclaredRelease;
}

/** A new release is signed and verified. It replaces the manifests of the channels that it names. */
export interface PublishRelease extends SuccessorRelease {
  readonly type: 'publish';
}

export interface SuccessorParams {
  readonly successor: { readonly rolloutIds: readonly string[] };
}

const MAX_NAMES = 6;

export const successor: FaultKind<SuccessorParams, PublishRelease, object> = {
  faults: {
    successor: {
      tests: 'a rollout is superseded while it is in progress',
      params: z.object({ rolloutIds: z.array(z.string()) }),
      detail: ({ rolloutIds }) => rolloutIds.map(shortName).join(', '),
    },
  },
  step: {
    do: 'publish',
    shape: {
      ref: channelRef
        .optional()
        .describe('The channel ref of the new release (with `fleet`, by default: the commit of that file)'),
      fleet: textField
        .optional()
        .describe(
          'Another fleet file, beside the scenario: hosts join, leave and move, and waves, budgets and policies change',
        ),
      closures: closures
        .optional()
        .describe('What is new (default: a new closure for every host; with `fleet`, what the file says)'),
      channels: z.array(name).max(1000).optional().describe('Channels to publish to (default: all; not with `fleet`)'),
    },
    read: (given, context) => context.release(given),
    write: ({ rollouts, fleetHosts }, context) =>
      context.release(fleetHosts === undefined ? { rollouts } : { rollouts, fleetHosts }),
    words: ({ rollouts, fleetHosts }) =>
      `${fleetHosts === undefined ? 'a new release' : 'another fleet file'}: ${namesOf(
        rollouts.map(({ rolloutId }) => shortName(rolloutId)),
        MAX_NAMES,
      )}`,
    strike: (world, release) => {
      const rolloutIds = release.rollouts.map(({ rolloutId }) => rolloutId);
      world.fired<SuccessorParams>('successor', null, { rolloutIds });
      world.publish(release);
    },
  },
  rates: {},
};
