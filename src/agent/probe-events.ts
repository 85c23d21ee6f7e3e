import type { ProbeStatus, Time } from '../machine/events.ts';
import type { AgentInputOf } from './agent-inputs.ts';
import type { DeclaredProbe } from './agent-state.ts';
import type { UnnumberedEvent } from './unnumbered-event.ts';

/**
 * The events that one run of a probe yields, in the order in which they are fed (specification: agent, rule 5).
 *
 * @param previous how the probe's run before this one ended; `null` if this is its first since the reset
 */
export function probeEvents(
  probe: DeclaredProbe,
  previous: ProbeStatus | null,
  outcome: AgentInputOf<'ProbeOutcome'>,
  now: Time,
): readonly UnnumberedEvent[] {
  const { probeName, mode } = probe;
  const { status, failureReason, subResults } = outcome;
  const events: UnnumberedEvent[] = [];
  if (previous === null) events.push({ type: 'LocalProbeObservedFirst', probeName, mode, observedAt: now });
  if (status === 'fail' && previous !== 'fail') {
    events.push({ type: 'LocalProbeFailureFirst', probeName, mode, firstFailedAt: now });
  }
  events.push({ type: 'LocalProbeResult', probeName, mode, status, observedAt: now, failureReason, subResults });
  return events;
}
