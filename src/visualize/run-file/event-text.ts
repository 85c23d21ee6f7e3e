import { holdReason } from '../../control-plane/index.ts';
import type { OutboundEvent } from '../../machine/index.ts';
import type { RunEvent } from '../../simulator/index.ts';
import { faultDetail } from '../../simulator/internal.ts';
import { shortName } from '../../text/index.ts';

/** One event of a host as a line of its history; `null` if another line already shows it. */
export function eventText(event: RunEvent): string | null {
  switch (event.type) {
    case 'HostHeld':
      return `held by ${event.hold.gate}: ${holdReason(event.hostname, event.hold, shortName)}`;
    case 'HostDispatched':
      return 'dispatched';
    case 'DispatchWithdrawn':
      return `its dispatch was withdrawn: ${event.because}`;
    case 'EventAccepted':
      return outboundText(event.event);
    case 'HostTransition':
      return `→ ${event.to}`;
    case 'RecordTakenOver':
      return `→ ${event.state}, taken over from the agent`;
    case 'HostUnreachable':
      return 'unreachable';
    case 'HostReachable':
      return 'reachable again';
    case 'Fault': {
      const detail = faultDetail(event);
      return `fault: ${event.fault}${detail === '' ? '' : `, ${detail}`}`;
    }
    default:
      return null;
  }
}

/** An event of a host with its number and its most important value. */
export function outboundText(event: OutboundEvent): string {
  const detail = eventDetail(event);
  return `${event.type} #${event.seq}${detail === '' ? '' : `, ${detail}`}`;
}

/** The most important part of an event in a few words; empty if its name is enough. */
function eventDetail(event: OutboundEvent): string {
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
      return shortName(event.observedCurrentClosure);
    case 'Failed':
      return event.failingProbes.join(', ');
    case 'RollbackComplete':
      return shortName(event.revertedToClosure);
    case 'Converged':
      return shortName(event.currentClosure);
    case 'DispatchAck':
    case 'ActivationStarted':
    case 'ProbeTopologyDeclared':
      return '';
  }
}
