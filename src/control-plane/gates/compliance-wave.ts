import type { Gate } from './gate.ts';

/**
 * Failures of enforce probes in earlier waves hold the later ones back. The modes of the probes decide, and of each
 * control of an evidence probe; the channel's compliance mode is what agents make these from, and is not asked again.
 */
export const complianceWaveGate: Gate = {
  name: 'compliance-wave',
  reach: 'group',
  check: ({ failuresBefore }, { wave }) => {
    const failures = failuresBefore(wave);
    if (failures === 0) return null;
    return { gate: 'compliance-wave', wave, failures };
  },
};
