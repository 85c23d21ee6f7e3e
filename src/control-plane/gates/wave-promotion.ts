import type { Gate } from './gate.ts';

/** A host waits for its wave. A host that its channel declares in no wave is never dispatched. */
export const wavePromotionGate: Gate = {
  name: 'wave-promotion',
  reach: 'group',
  check: ({ rollout, manifest }, { wave, staged }) => {
    if (!staged) return { gate: 'wave-promotion-host-unstaged', channel: manifest.channel };
    // Does not include the current wave: a host is reported once, and then waves advance.
    return wave <= rollout.currentWave ? null : { gate: 'wave-promotion', wave };
  },
};
