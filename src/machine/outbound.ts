import type { HostEvent, HostEventFor, OutboundEvent, Time } from './events.ts';

/** The event that tells the other side, and the log, what happened: its own fields and `seq`, unchanged, no other. */
export function outboundEvent(event: HostEvent): OutboundEvent {
  switch (event.type) {
    case 'LocalActivate':
    case 'RemoteDispatchAck':
      return {
        type: 'DispatchAck',
        currentClosureAtDispatch: event.currentClosureAtDispatch,
        receivedAt: event.receivedAt,
        seq: event.seq,
      };
    case 'LocalActivationStarted':
    case 'RemoteActivationStarted':
      return {
        type: 'ActivationStarted',
        startedAt: event.startedAt,
        switchMethod: event.switchMethod,
        seq: event.seq,
      };
    case 'LocalActivationCompleted':
    case 'RemoteActivationCompleted':
      return {
        type: 'ActivationCompleted',
        observedCurrentClosure: event.observedCurrentClosure,
        exitCode: event.exitCode,
        completedAt: event.completedAt,
        seq: event.seq,
      };
    case 'LocalActivationDeferred':
    case 'RemoteActivationDeferred':
      return {
        type: 'ActivationDeferred',
        component: event.component,
        deferredAt: event.deferredAt,
        seq: event.seq,
      };
    case 'LocalActivationFailed':
    case 'RemoteActivationFailed':
      return {
        type: 'ActivationFailed',
        exitCode: event.exitCode,
        stderrTail: event.stderrTail,
        failedAt: event.failedAt,
        seq: event.seq,
      };
    case 'LocalProbeTopologyDeclared':
    case 'RemoteProbeTopologyDeclared':
      return {
        type: 'ProbeTopologyDeclared',
        probes: event.probes,
        declaredAt: event.declaredAt,
        seq: event.seq,
      };
    case 'LocalProbeObservedFirst':
    case 'RemoteProbeObservedFirst':
      return {
        type: 'ProbeObservedFirst',
        probeName: event.probeName,
        mode: event.mode,
        observedAt: event.observedAt,
        seq: event.seq,
      };
    case 'LocalProbeResult':
    case 'RemoteProbeResult':
      return {
        type: 'ProbeResult',
        probeName: event.probeName,
        mode: event.mode,
        status: event.status,
        observedAt: event.observedAt,
        failureReason: event.failureReason,
        subResults: event.subResults,
        seq: event.seq,
      };
    case 'LocalProbeFailureFirst':
    case 'RemoteProbeFailureFirst':
      return {
        type: 'ProbeFailureFirst',
        probeName: event.probeName,
        mode: event.mode,
        firstFailedAt: event.firstFailedAt,
        seq: event.seq,
      };
    case 'LocalSustainedFailureCrossed':
    case 'RemoteFailed':
      return {
        type: 'Failed',
        failedAt: event.failedAt,
        sustainedDurationSecs: event.sustainedDurationSecs,
        failingProbes: event.failingProbes,
        policyApplied: event.policyApplied,
        seq: event.seq,
      };
    case 'LocalRollbackCompleted':
    case 'RemoteRollbackComplete':
      return {
        type: 'RollbackComplete',
        revertedToClosure: event.revertedToClosure,
        exitCode: event.exitCode,
        completedAt: event.completedAt,
        seq: event.seq,
      };
    case 'LocalConvergedReached':
    case 'RemoteConverged':
      return {
        type: 'Converged',
        convergedAt: event.convergedAt,
        currentClosure: event.currentClosure,
        seq: event.seq,
      };
  }
}

/** The events that take a host from one state to another. */
export type Moving = HostEventFor<
  | 'DispatchAck'
  | 'ActivationCompleted'
  | 'ActivationDeferred'
  | 'ActivationFailed'
  | 'Failed'
  | 'RollbackComplete'
  | 'Converged'
>;

/** The one time that an event which changes the state carries. */
export function occurredAt(event: Moving): Time {
  switch (event.type) {
    case 'LocalActivate':
    case 'RemoteDispatchAck':
      return event.receivedAt;
    case 'LocalActivationDeferred':
    case 'RemoteActivationDeferred':
      return event.deferredAt;
    case 'LocalActivationFailed':
    case 'RemoteActivationFailed':
    case 'LocalSustainedFailureCrossed':
    case 'RemoteFailed':
      return event.failedAt;
    case 'LocalConvergedReached':
    case 'RemoteConverged':
      return event.convergedAt;
    default:
      return event.completedAt;
  }
}
