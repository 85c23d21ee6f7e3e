import type { Gate } from './gate.ts';

/**
 * Failures of enforce probes in earlier waves hold the later ones back. The modes of the probes decide, and of each
 * control of an evidence probe; the channel's compliance mode is what agents make these from, and is not asked again.
 */
export const complianceWaveGate: Gate = {
  name: 'compliance-wave',
  reach: 'group',
  check: ({ failuresBefore }, { hostname, wave }) => {
    const failures = failuresBefore(wave);
    if (failures === 0) return null;
    return {
      gate: 'compliance-wave',
      reason:
        `${hostname} in wave ${wave} waits until the hosts of earlier waves have no failing enforce check: ` +
        `${failures} ${failures === 1 ? 'is' : 'are'} outstanding.`,
      waitsFor: '',
      until: null,
    };
  },
};
