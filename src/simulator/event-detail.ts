import type { OutboundEvent } from '../machine/events.ts';

/** What people ask for first about an event, in a few words; empty where its name says everything. */
export function eventDetail(event: OutboundEvent): string {
  switch (event.type) {
    case 'ProbeResult':
      return event.status === 'pass' ? `${event.probeName} passes` : `${event.probeName} fails`;
    case 'ProbeObservedFirst':
    case 'ProbeFailureFirst':
      return event.probeName;
    case 'ActivationDeferred':
      return event.component;
    case 'ActivationFailed':
      return `exit code ${event.exitCode}`;
    case 'ActivationCompleted':
      return event.observedCurrentClosure;
    case 'Failed':
      return event.failingProbes.join(', ');
    case 'RollbackComplete':
      return event.revertedToClosure;
    case 'Converged':
      return event.currentClosure;
    case 'DispatchAck':
    case 'ActivationStarted':
    case 'ProbeTopologyDeclared':
      return '';
  }
}
