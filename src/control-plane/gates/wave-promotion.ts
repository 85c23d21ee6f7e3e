import type { Gate } from './gate.ts';

/** A host waits for its wave. A host that its channel declares in no wave is never dispatched. */
export const wavePromotionGate: Gate = {
  name: 'wave-promotion',
  reach: 'group',
  check: ({ rollout, manifest }, { hostname, wave, staged }) => {
    if (!staged) {
      return {
        gate: 'wave-promotion-host-unstaged',
        reason: `${hostname} is in none of the waves of channel ${manifest.channel}; add it to one to roll out to it.`,
        waitsFor: '',
        until: null,
      };
    }
    if (wave <= rollout.currentWave) return null;
    return {
      gate: 'wave-promotion',
      // It does not name the wave that is current: it is told once, and the waves go on.
      reason:
        `${hostname} is in wave ${wave}: ` +
        `every host of ${wave === 1 ? 'wave 0' : `waves 0 to ${wave - 1}`} has to be Converged or Deferred first.`,
      waitsFor: '',
      until: null,
    };
  },
};
