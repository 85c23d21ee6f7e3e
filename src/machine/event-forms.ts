import {
  eventTable,
  type HostEvent,
  type HostEventFor,
  type HostEventType,
  type LocalEvent,
  type OutboundEvent,
  type OutboundEventType,
  type RemoteEvent,
  type Time,
} from './events.ts';
import type { HostRolloutState } from './record.ts';

// The keys of the table are the names of the type.
export const outboundEventTypes = Object.keys(eventTable) as readonly OutboundEventType[];

const outboundTypes: ReadonlyMap<HostEventType, OutboundEventType> = new Map(
  outboundEventTypes.flatMap((outbound): readonly (readonly [HostEventType, OutboundEventType])[] => [
    [eventTable[outbound].local, outbound],
    [eventTable[outbound].remote, outbound],
  ]),
);

/**
 * The name under which an event of the host machine crosses the wire.
 *
 * @throws TypeError if there is no such event.
 */
export function outboundTypeOf(type: HostEventType): OutboundEventType {
  const outbound = outboundTypes.get(type);
  if (outbound === undefined) throw new TypeError(`The host machine has no event ${JSON.stringify(type)}.`);
  return outbound;
}

/**
 * The event as the other side and the log receive it: only its own fields and `seq`, unchanged.
 *
 * Written out, because every step calls it, and copying by the table's names would halve the speed of `step`. The types
 * keep it in line with the table.
 */
export function toWireEvent(event: HostEvent): OutboundEvent {
  switch (event.type) {
    case 'LocalActivate':
    case 'RemoteDispatchAck': {
      const { currentClosureAtDispatch, receivedAt, seq } = event;
      return { type: 'DispatchAck', currentClosureAtDispatch, receivedAt, seq };
    }
    case 'LocalActivationStarted':
    case 'RemoteActivationStarted': {
      const { startedAt, switchMethod, seq } = event;
      return { type: 'ActivationStarted', startedAt, switchMethod, seq };
    }
    case 'LocalActivationCompleted':
    case 'RemoteActivationCompleted': {
      const { observedCurrentClosure, exitCode, completedAt, seq } = event;
      return { type: 'ActivationCompleted', observedCurrentClosure, exitCode, completedAt, seq };
    }
    case 'LocalActivationDeferred':
    case 'RemoteActivationDeferred': {
      const { component, deferredAt, seq } = event;
      return { type: 'ActivationDeferred', component, deferredAt, seq };
    }
    case 'LocalActivationFailed':
    case 'RemoteActivationFailed': {
      const { exitCode, stderrTail, failedAt, seq } = event;
      return { type: 'ActivationFailed', exitCode, stderrTail, failedAt, seq };
    }
    case 'LocalProbeTopologyDeclared':
    case 'RemoteProbeTopologyDeclared': {
      const { probes, declaredAt, seq } = event;
      return { type: 'ProbeTopologyDeclared', probes, declaredAt, seq };
    }
    case 'LocalProbeObservedFirst':
    case 'RemoteProbeObservedFirst': {
      const { probeName, mode, observedAt, seq } = event;
      return { type: 'ProbeObservedFirst', probeName, mode, observedAt, seq };
    }
    case 'LocalProbeResult':
    case 'RemoteProbeResult': {
      const { probeName, mode, status, observedAt, failureReason, subResults, seq } = event;
      return { type: 'ProbeResult', probeName, mode, status, observedAt, failureReason, subResults, seq };
    }
    case 'LocalProbeFailureFirst':
    case 'RemoteProbeFailureFirst': {
      const { probeName, mode, firstFailedAt, seq } = event;
      return { type: 'ProbeFailureFirst', probeName, mode, firstFailedAt, seq };
    }
    case 'LocalSustainedFailureCrossed':
    case 'RemoteFailed': {
      const { failedAt, sustainedDurationSecs, failingProbes, policyApplied, seq } = event;
      return { type: 'Failed', failedAt, sustainedDurationSecs, failingProbes, policyApplied, seq };
    }
    case 'LocalRollbackCompleted':
    case 'RemoteRollbackComplete': {
      const { revertedToClosure, exitCode, completedAt, seq } = event;
      return { type: 'RollbackComplete', revertedToClosure, exitCode, completedAt, seq };
    }
    case 'LocalConvergedReached':
    case 'RemoteConverged': {
      const { convergedAt, currentClosure, seq } = event;
      return { type: 'Converged', convergedAt, currentClosure, seq };
    }
  }
}

/** The control plane's form of a reported event (specification: wire, "reduces to"). */
export function toHostEvent(outbound: OutboundEvent): RemoteEvent {
  if (outbound.type === 'ProbeResult') {
    // Nearly all events are of this type, and a literal is several times faster to create than a spread.
    const { probeName, mode, status, observedAt, failureReason, subResults, seq } = outbound;
    return { type: 'RemoteProbeResult', probeName, mode, status, observedAt, failureReason, subResults, seq };
  }
  // The remote form of an event has the same fields and another name.
  return { ...outbound, type: eventTable[outbound.type].remote } as RemoteEvent;
}

/** The agent's event behind this report. Its data about the dispatch comes from the record. */
export function toLocalEvent(outbound: OutboundEvent, { targetClosure, soakDueAt }: HostRolloutState): LocalEvent {
  const dispatched = outbound.type === 'DispatchAck' ? { targetClosure, soakDueAt } : {};
  // As above. Only the local form of an acknowledgement has further fields, and these are all of them.
  return { ...outbound, type: eventTable[outbound.type].local, ...dispatched } as LocalEvent;
}

/** The events that move a host from one state to another. */
export type Moving = HostEventFor<
  | 'DispatchAck'
  | 'ActivationCompleted'
  | 'ActivationDeferred'
  | 'ActivationFailed'
  | 'Failed'
  | 'RollbackComplete'
  | 'Converged'
>;

/** By both names of each event. Filled one by one: every transition reads it, and V8 reads such an object fastest. */
const timeFields: Record<string, string> = {};
for (const { local, remote, occurredAt: name } of Object.values(eventTable)) {
  timeFields[local] = name;
  timeFields[remote] = name;
}

/** When the event happened, by the clock of the agent. */
export function occurredAt(event: HostEvent): Time {
  // Every event has an entry, which names one of its time fields; a test checks the table.
  return (event as unknown as Readonly<Record<string, Time>>)[timeFields[event.type] as string] as Time;
}
