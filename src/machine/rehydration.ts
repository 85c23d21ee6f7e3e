import type { LocalResetProbeCache } from './effects.ts';
import type { HostRolloutState } from './record.ts';

/**
 * What workers must hear when a record was restored from a snapshot (specification: host-machine, "Rehydration"): what
 * they know about probes belongs to an earlier life. A pending host has no workers yet.
 */
export function rehydrationEffects(record: HostRolloutState): readonly LocalResetProbeCache[] {
  return record.state === 'Pending' ? [] : [{ type: 'LocalResetProbeCache', rolloutId: record.rolloutId }];
}
