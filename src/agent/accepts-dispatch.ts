import type { HostRolloutState } from '../machine/record.ts';

/**
 * Whether a dispatch begins something, or repeats what was taken already (specification: agent, rule 3). A record that
 * is still Pending does not count as taken: it would wait for this very dispatch for ever.
 */
export function acceptsDispatch(record: HostRolloutState | null): boolean {
  return record === null || record.state === 'Pending';
}
