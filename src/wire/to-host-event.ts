import type { OutboundEvent, RemoteEvent } from '../machine/events.ts';

/** The event that the control plane's machine takes for what the agent reported (specification: wire, "reduces to"). */
export function toHostEvent(outbound: OutboundEvent): RemoteEvent {
  switch (outbound.type) {
    case 'DispatchAck':
      return { ...outbound, type: 'RemoteDispatchAck' };
    case 'ActivationStarted':
      return { ...outbound, type: 'RemoteActivationStarted' };
    case 'ActivationCompleted':
      return { ...outbound, type: 'RemoteActivationCompleted' };
    case 'ActivationFailed':
      return { ...outbound, type: 'RemoteActivationFailed' };
    case 'ActivationDeferred':
      return { ...outbound, type: 'RemoteActivationDeferred' };
    case 'ProbeTopologyDeclared':
      return { ...outbound, type: 'RemoteProbeTopologyDeclared' };
    case 'ProbeObservedFirst':
      return { ...outbound, type: 'RemoteProbeObservedFirst' };
    case 'ProbeResult':
      return { ...outbound, type: 'RemoteProbeResult' };
    case 'ProbeFailureFirst':
      return { ...outbound, type: 'RemoteProbeFailureFirst' };
    case 'Failed':
      return { ...outbound, type: 'RemoteFailed' };
    case 'RollbackComplete':
      return { ...outbound, type: 'RemoteRollbackComplete' };
    case 'Converged':
      return { ...outbound, type: 'RemoteConverged' };
  }
}
