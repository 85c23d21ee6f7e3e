import { isOrderingEligible, type HostRolloutState } from '../../machine/index.ts';
import type { Gate } from './gate.ts';

/** A host waits for the hosts that gate it. A gating host outside the rollout holds nothing. */
export const hostEdgeGate: Gate = {
  name: 'host-edge',
  reach: 'host',
  check: ({ recordOf }, { gatedBy }) => {
    for (const gating of gatedBy) {
      const record = recordOf(gating);
      if (record === null || isOrderingEligible(record.state)) continue;
      return {
        gate: 'host-edge',
        gatingHostname: gating,
        gatingState: record.state,
        notBefore: soakEnd(record),
      };
    }
    return null;
  },
};

function soakEnd(record: HostRolloutState): number | null {
  return record.state === 'Soaking' ? record.soakDueAt : null;
}
