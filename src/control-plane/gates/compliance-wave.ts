import type { Gate } from './gate.ts';

/**
 * Failures of enforce probes in earlier waves hold the later ones back. The modes of probes and of controls decide.
 * Agents derive these from the channel's compliance mode, so it is not checked again here.
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
