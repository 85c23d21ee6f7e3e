import type { LocalResetProbeCache } from './effects.ts';
import type { HostRolloutState } from './record.ts';

/**
 * What workers must be told when a record was restored from a snapshot (specification: host-machine, "Rehydration"):
 * whatever they know of probes is of another life. A pending host has no workers yet.
 */
export function rehydrationEffects(record: HostRolloutState): readonly LocalResetProbeCache[] {
  return record.state === 'Pending' ? [] : [{ type: 'LocalResetProbeCache', rolloutId: record.rolloutId }];
}
