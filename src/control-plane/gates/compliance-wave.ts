import type { Gate } from './gate.ts';

/**
 * Failing enforce probes in earlier waves hold the later waves back. The modes of probes and controls decide what
 * counts. Agents derive these modes from the channel's compliance mode, so it is not checked again here.
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
