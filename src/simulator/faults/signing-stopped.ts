import { nothing, type FaultKind, type Nothing } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/**
 * No manifest is signed for this long. Once the freshness window of a channel has expired, its agents find the manifest
 * too old to act on, until signing resumes. The last one was signed just before. Time is true time.
 */
export interface StopSigning {
  readonly type: 'stop-signing';
  readonly forMs: number;
}

export interface SigningStoppedParams {
  readonly 'signing-stopped': Nothing;
}

export const signingStopped: FaultKind<SigningStoppedParams, StopSigning, object> = {
  faults: {
    'signing-stopped': {
      tests: 'the freshness window of a channel runs out, and its rollout waits for a new signature',
      params: nothing,
    },
  },
  step: {
    do: 'stop-signing',
    ...settings<StopSigning>({ forMs: required('for', DURATION) }),
    words: ({ forMs }) => `manifests are not signed for ${timeWords(forMs)}`,
    strike: (world, { forMs }) => {
      world.fired<SigningStoppedParams>('signing-stopped', null, {});
      world.unsigned = { fromRunMs: world.now, untilMs: world.now + forMs };
      world.expect(world.now + forMs);
    },
  },
  rates: {},
};
