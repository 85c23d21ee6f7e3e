import { nothing, type FaultKind, type Nothing } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/**
 * Nobody signs manifests any more, for so long. From the end of each channel's freshness window on, until then, agents find
 * them too old to act on. The last one was signed just before; time is true time.
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
