import type { LocalEvent, OutboundEvent } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';

/** The agent's own event that leads to this report. The reverse of `toWireEvent`; what a dispatch adds is the record's. */
export function toLocalEvent(outbound: OutboundEvent, record: HostRolloutState): LocalEvent {
  switch (outbound.type) {
    case 'DispatchAck': {
      const { targetClosure, soakDueAt } = record;
      return { ...outbound, type: 'LocalActivate', targetClosure, soakDueAt };
    }
    case 'ActivationStarted':
      return { ...outbound, type: 'LocalActivationStarted' };
    case 'ActivationCompleted':
      return { ...outbound, type: 'LocalActivationCompleted' };
    case 'ActivationDeferred':
      return { ...outbound, type: 'LocalActivationDeferred' };
    case 'ActivationFailed':
      return { ...outbound, type: 'LocalActivationFailed' };
    case 'ProbeTopologyDeclared':
      return { ...outbound, type: 'LocalProbeTopologyDeclared' };
    case 'ProbeObservedFirst':
      return { ...outbound, type: 'LocalProbeObservedFirst' };
    case 'ProbeResult':
      return { ...outbound, type: 'LocalProbeResult' };
    case 'ProbeFailureFirst':
      return { ...outbound, type: 'LocalProbeFailureFirst' };
    case 'Failed':
      return { ...outbound, type: 'LocalSustainedFailureCrossed' };
    case 'RollbackComplete':
      return { ...outbound, type: 'LocalRollbackCompleted' };
    case 'Converged':
      return { ...outbound, type: 'LocalConvergedReached' };
  }
}
