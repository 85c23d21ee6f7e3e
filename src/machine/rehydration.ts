import type { LocalResetProbeCache } from './effects.ts';
import type { HostRolloutState } from './record.ts';

/**
 * The effects that inform workers after a record was restored from a snapshot (specification: host-machine,
 * "Rehydration"): their probe results are out of date. A Pending host has no workers yet.
 */
export function rehydrationEffects(record: HostRolloutState): readonly LocalResetProbeCache[] {
  return record.state === 'Pending' ? [] : [{ type: 'LocalResetProbeCache', rolloutId: record.rolloutId }];
}
