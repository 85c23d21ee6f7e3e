import type { RemoteEvent } from '../machine/events.ts';
import type { HostSlot } from './control-plane-state.ts';

type ProbeResult = Extract<RemoteEvent, { readonly type: 'RemoteProbeResult' }>;
export type EnforceFailures = HostSlot['failures'];

/**
 * The outstanding failures of enforce probes after `event`. The record does not carry sub-results, so they are counted
 * when they come by, and kept beside it until the next activation, as the record keeps its probes.
 */
export function failuresAfter(failures: EnforceFailures, event: RemoteEvent): EnforceFailures {
  if (event.type === 'RemoteActivationCompleted') return null;
  if (event.type !== 'RemoteProbeResult') return failures;
  const count = failuresOf(event);
  if ((failures?.get(event.probeName) ?? 0) === count) return failures;
  const counts = new Map(failures ?? []);
  if (count === 0) counts.delete(event.probeName);
  else counts.set(event.probeName, count);
  return counts.size === 0 ? null : counts;
}

export function totalFailures(failures: EnforceFailures): number {
  if (failures === null) return 0;
  let total = 0;
  for (const count of failures.values()) total += count;
  return total;
}

/** An evidence probe counts each failing control that is enforced; any other probe counts once if it fails. */
function failuresOf({ mode, status, subResults }: ProbeResult): number {
  if (mode !== 'enforce') return 0;
  if (subResults === null || subResults.length === 0) return status === 'fail' ? 1 : 0;
  return subResults.filter((result) => result.status === 'fail' && result.effectiveMode === 'enforce').length;
}
