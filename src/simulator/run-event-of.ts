import type { ControlPlaneEffect, Hold } from '../control-plane/index.ts';
import type { Time } from '../machine/index.ts';
import type { RunEvent, RunHold } from './run-events.ts';
import { runMsOf, type RunMs } from './run-ms.ts';

/** The log event for an effect at `runMs`, in a run that started at `startAt`; `null` for none. */
export function runEventOf(effect: ControlPlaneEffect, runMs: RunMs, startAt: Time): RunEvent | null {
  switch (effect.type) {
    case 'RemoteAppendEventLog': {
      const { host: hostname, rolloutId, payload } = effect;
      return { runMs, type: 'EventAccepted', hostname, rolloutId, event: payload };
    }
    case 'RecordTransition': {
      const { host: hostname, rolloutId, from, to } = effect;
      return { runMs, type: 'HostTransition', hostname, rolloutId, from, to };
    }
    case 'RemoteInsertQuarantine':
      return { runMs, type: 'ClosureQuarantined', channel: effect.channel, closure: effect.closure };
    case 'RecordRolloutTransition': {
      const { rolloutId, from, to } = effect;
      return { runMs, type: 'RolloutTransition', rolloutId, from, to };
    }
    case 'OpenRollout':
      return { runMs, type: 'RolloutOpened', rolloutId: effect.rolloutId, hosts: effect.hosts };
    case 'AdvanceWave': {
      const { rolloutId, fromWave, toWave } = effect;
      return { runMs, type: 'WaveAdvanced', rolloutId, fromWave, toWave };
    }
    case 'WaveWithoutHosts':
      return { runMs, type: 'WaveEmpty', rolloutId: effect.rolloutId, wave: effect.wave };
    case 'QueueDispatch': {
      const { host: hostname, rolloutId, wave } = effect;
      const soakDueRunMs = effect.soakDueAt === null ? null : runMsOf(effect.soakDueAt, startAt);
      return { runMs, type: 'HostDispatched', hostname, rolloutId, wave, soakDueRunMs };
    }
    case 'DeferDispatch': {
      const { host: hostname, rolloutId, hold } = effect;
      return { runMs, type: 'HostHeld', hostname, rolloutId, hold: runHoldOf(hold, startAt) };
    }
    case 'WithdrawDispatch': {
      const { host: hostname, rolloutId, because } = effect;
      return { runMs, type: 'DispatchWithdrawn', hostname, rolloutId, because };
    }
    case 'SynthesizeEvent': {
      const { host: hostname, rolloutId, event: eventType, payload } = effect;
      return { runMs, type: 'EventSynthesized', hostname, rolloutId, eventType, seq: payload.seq };
    }
    case 'TakeOverRecord': {
      const { host: hostname, rolloutId, record } = effect;
      const { state, lastEventSeq: seq } = record;
      return { runMs, type: 'RecordTakenOver', hostname, rolloutId, state, seq };
    }
    case 'HostUnreachable':
    case 'HostReachable':
      return { runMs, type: effect.type, hostname: effect.host };
    case 'EmitLog':
      if (effect.level !== 'warn' && effect.level !== 'error') return null;
      return { runMs, type: 'Logged', hostname: null, level: effect.level, message: effect.message };
    case 'RemoteQueueDispatch':
    case 'RemoteOpenRolloutRecord':
    case 'EmitMetric':
    // The answer to the event logs it.
    case 'AppendUnappliedEvent':
    case 'AppendRolloutEvent':
    case 'UpdateCurrentWave':
    case 'InsertQuarantineFromRollout':
    case 'SchedulePruning':
      return null;
  }
}

/** A hold as the event log has it, with its time relative to the start of the run. */
function runHoldOf(hold: Hold, startAt: Time): RunHold {
  if (hold.gate !== 'host-edge') return hold;
  const { gate, gatingHostname, gatingState, notBefore } = hold;
  return { gate, gatingHostname, gatingState, notBeforeRunMs: notBefore === null ? null : runMsOf(notBefore, startAt) };
}
