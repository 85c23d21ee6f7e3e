import type { OutboundEvent } from '../machine/index.ts';

type ProbeResult = Extract<OutboundEvent, { readonly type: 'ProbeResult' }>;

/**
 * The enforce failures in a result (specification: control-plane, gate 6): an evidence probe counts each failing control
 * that is enforced, whatever its own status.
 */
export function enforceFailures({ mode, status, subResults }: ProbeResult): number {
  if (mode !== 'enforce') return 0;
  if (subResults === null || subResults.length === 0) return status === 'fail' ? 1 : 0;
  return subResults.filter((result) => result.status === 'fail' && result.effectiveMode === 'enforce').length;
}
