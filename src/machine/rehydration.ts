import type { LocalResetProbeCache } from './effects.ts';
import type { HostRolloutState } from './record.ts';

/**
 * The effects for workers after a record was restored from a snapshot (specification: host-machine, "Rehydration").
 * Their probe results are from before. A pending host has no workers yet.
 */
export function rehydrationEffects(record: HostRolloutState): readonly LocalResetProbeCache[] {
  return record.state === 'Pending' ? [] : [{ type: 'LocalResetProbeCache', rolloutId: record.rolloutId }];
}
