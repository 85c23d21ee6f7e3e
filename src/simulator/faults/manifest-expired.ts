import { nothing, type FaultKind, type Nothing, type OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** The manifest is not signed again: these hosts find it too old to act on. */
export interface ExpireManifest extends OnHosts {
  readonly type: 'expire-manifest';
  readonly forMs: number;
}

export interface ManifestExpiredParams {
  readonly 'manifest-expired': Nothing;
}

export const manifestExpired: FaultKind<ManifestExpiredParams, ExpireManifest, object> = {
  faults: {
    'manifest-expired': {
      tests: 'agents ignore a dispatch without a valid manifest, and it is offered again',
      params: nothing,
    },
  },
  step: {
    do: 'expire-manifest',
    ...settings<ExpireManifest>({ forMs: required('for', DURATION) }),
    words: ({ forMs }) => `the signed manifest is too old for ${timeWords(forMs)}`,
    strikeHost: (world, { forMs }, node) => {
      world.armed(node).manifestExpiredUntilMs = world.now + forMs;
      world.expect(world.now + forMs);
      world.fired<ManifestExpiredParams>('manifest-expired', node.name, {});
    },
  },
  rates: {},
};
