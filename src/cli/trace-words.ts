import type { ControlPlaneEffect } from '../control-plane/index.ts';
import type { OutboundEvent } from '../machine/index.ts';
import type { StoredEvent } from '../runtime/control-plane/index.ts';
import { excerpt, printable } from '../text/index.ts';

/** One line of a history: when, who and what; `null` if another line already says it. */
export function traceLine(
  { at, effect }: StoredEvent,
  filter: { readonly rolloutId?: string; readonly hostname?: string },
): string | null {
  const words = effectWords(effect);
  if (words === null) return null;
  const who = [
    filter.hostname === undefined && 'host' in effect ? effect.host : null,
    filter.rolloutId === undefined && 'rolloutId' in effect ? effect.rolloutId : null,
  ].filter((name) => name !== null);
  return printable(`${new Date(at).toISOString()}  ${[...who, words].join('  ')}`);
}

function effectWords(effect: ControlPlaneEffect): string | null {
  switch (effect.type) {
    case 'OpenRollout':
      return `opened with ${effect.hosts} hosts`;
    case 'RecordRolloutTransition':
    case 'RecordTransition':
      return `${effect.from} → ${effect.to}`;
    case 'AdvanceWave':
      return effect.toWave === effect.fromWave
        ? `wave ${effect.toWave} is past activation`
        : `wave ${effect.toWave} may start`;
    case 'WaveWithoutHosts':
      return `wave ${effect.wave} has no hosts`;
    case 'QueueDispatch':
      return `dispatched, to ${effect.targetClosure}`;
    case 'DeferDispatch':
      return `held by ${effect.gate}: ${effect.reason}`;
    case 'WithdrawDispatch':
      return `the dispatch was withdrawn (${effect.because})`;
    case 'RemoteAppendEventLog':
      return `reported ${eventWords(effect.payload)}`;
    case 'AppendUnappliedEvent':
      return `reported ${eventWords(effect.payload)}, which changed nothing (${effect.because})`;
    case 'SynthesizeEvent':
      return `${eventWords(effect.payload)} was synthesized from a heartbeat`;
    case 'TakeOverRecord':
      return `the record was taken over from the agent: ${effect.record.state} after event ${effect.record.lastEventSeq}`;
    case 'HostUnreachable':
      return 'is unreachable: it sent no heartbeat for too long';
    case 'HostReachable':
      return 'sent a heartbeat again';
    case 'RemoteInsertQuarantine':
      return `${effect.closure} is quarantined on ${effect.channel}`;
    case 'EmitLog':
      return effect.level === 'warn' || effect.level === 'error' ? effect.message : null;
    case 'RemoteQueueDispatch':
    case 'RemoteOpenRolloutRecord':
    case 'EmitMetric':
    case 'UpdateCurrentWave':
    case 'InsertQuarantineFromRollout':
    case 'SchedulePruning':
    case 'AppendRolloutEvent':
      return null;
  }
}

const MAX_REASON = 200;

function eventWords(event: OutboundEvent): string {
  switch (event.type) {
    case 'ProbeResult': {
      const why = event.failureReason === null ? '' : ` (${excerpt(event.failureReason, MAX_REASON)})`;
      return `that probe ${event.probeName} ${event.status === 'pass' ? 'passes' : 'fails'}${why}`;
    }
    case 'ActivationFailed':
      return `ActivationFailed with exit code ${event.exitCode}: ${excerpt(event.stderrTail.trim(), MAX_REASON)}`;
    case 'ActivationDeferred':
      return `ActivationDeferred, because of ${event.component}`;
    case 'Failed':
      return `Failed, after ${event.sustainedDurationSecs} s: ${event.failingProbes.join(', ')}`;
    case 'ActivationCompleted':
      return `ActivationCompleted, running ${event.observedCurrentClosure}`;
    case 'DispatchAck':
    case 'ActivationStarted':
    case 'ProbeTopologyDeclared':
    case 'ProbeObservedFirst':
    case 'ProbeFailureFirst':
    case 'RollbackComplete':
    case 'Converged':
      return event.type;
  }
}
