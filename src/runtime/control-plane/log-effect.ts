import type { ControlPlaneEffect } from '../../control-plane/index.ts';
import type { LogField, LogLevel } from '../../machine/index.ts';
import { lineOfCore, type Log, type ProcessLogCode } from '../shared/log.ts';
import type { Performed } from './engine.ts';

/** Logs an effect, unless it belongs only in the event log. */
export function logEffect(log: Log, effect: ControlPlaneEffect, { at }: Performed): void {
  const say = (
    level: LogLevel,
    code: ProcessLogCode,
    message: string,
    fields: Readonly<Record<string, LogField>>,
  ): void => log({ at, level, code, message, fields });
  switch (effect.type) {
    case 'EmitLog':
      return log(lineOfCore(effect, at));
    case 'RecordTransition': {
      const { rolloutId, host, from, to } = effect;
      return say('info', 'host-transition', `${host} went from ${from} to ${to}.`, { rolloutId, host, from, to });
    }
    case 'RecordRolloutTransition': {
      const { rolloutId, from, to } = effect;
      return say('info', 'rollout-transition', `${rolloutId} went from ${from} to ${to}.`, { rolloutId, from, to });
    }
    case 'OpenRollout': {
      const { rolloutId, hosts } = effect;
      return say('info', 'rollout-opened', `${rolloutId} was opened.`, { rolloutId, hosts });
    }
    case 'QueueDispatch': {
      const { rolloutId, host, wave } = effect;
      return say('info', 'dispatched', `${host} was dispatched.`, { rolloutId, host, wave });
    }
    case 'DeferDispatch': {
      const { rolloutId, host, gate, reason } = effect;
      return say('info', 'held', reason, { rolloutId, host, gate });
    }
    case 'WithdrawDispatch': {
      const { rolloutId, host, because } = effect;
      return say('info', 'withdrawn', `The dispatch of ${host} was withdrawn.`, { rolloutId, host, because });
    }
    case 'RemoteInsertQuarantine': {
      const { channel, closure } = effect;
      return say('warn', 'quarantined', `${closure} is quarantined on channel ${channel}.`, { channel, closure });
    }
    case 'HostUnreachable': {
      const { host, missedIntervals } = effect;
      const message = `${host} has sent no heartbeat for ${missedIntervals} intervals.`;
      return say('warn', 'host-unreachable', message, { host });
    }
    case 'HostReachable':
      return say('info', 'host-reachable', `${effect.host} sent a heartbeat again.`, { host: effect.host });
    case 'SynthesizeEvent': {
      const { rolloutId, host, payload } = effect;
      const message = `${payload.type} of ${host} was synthesized from a heartbeat.`;
      return say('info', 'synthesized', message, { rolloutId, host, seq: payload.seq });
    }
    case 'TakeOverRecord': {
      const { rolloutId, host, record, because } = effect;
      const fields = { rolloutId, host, state: record.state, seq: record.lastEventSeq, because };
      return say('info', 'taken-over', `The record of ${host} was taken over from its agent.`, fields);
    }
    case 'RemoteAppendEventLog': {
      const { rolloutId, host, payload } = effect;
      return say('debug', 'event', `${host} reported ${payload.type}.`, { rolloutId, host, seq: payload.seq });
    }
    case 'AppendUnappliedEvent': {
      const { rolloutId, host, payload, because } = effect;
      const message = `${host} reported ${payload.type}, which changed no record.`;
      return say('info', 'unapplied-event', message, { rolloutId, host, seq: payload.seq, because });
    }
    case 'AdvanceWave': {
      const { rolloutId, fromWave, toWave } = effect;
      return say('info', 'wave-advanced', `${rolloutId} is at wave ${toWave}.`, { rolloutId, fromWave, toWave });
    }
    case 'RemoteQueueDispatch':
    case 'RemoteOpenRolloutRecord':
    case 'EmitMetric':
    case 'UpdateCurrentWave':
    case 'InsertQuarantineFromRollout':
    case 'SchedulePruning':
    case 'WaveWithoutHosts':
    case 'AppendRolloutEvent':
      return;
  }
}
