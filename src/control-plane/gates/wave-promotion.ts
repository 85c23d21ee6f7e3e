import type { Gate } from './gate.ts';

/** A host waits for its wave. If its channel declares waves and the host is in none, it is never dispatched. */
export const wavePromotionGate: Gate = {
  name: 'wave-promotion',
  reach: 'group',
  check: ({ rollout, manifest }, { wave, staged }) => {
    if (!staged) return { gate: 'wave-promotion-host-unstaged', channel: manifest.channel };
    // Leaves out the current wave: a host is reported once, while waves advance.
    return wave <= rollout.currentWave ? null : { gate: 'wave-promotion', wave };
  },
};
