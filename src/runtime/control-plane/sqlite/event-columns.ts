import type { ControlPlaneEffect } from '../../../control-plane/index.ts';

/** Whom an effect is about: the columns by which the event log is searched. */
export interface EventPlace {
  readonly rolloutId: string | null;
  readonly hostname: string | null;
  /** The number of the agent's event, where it is about one. */
  readonly seq: number | null;
}

export function placeOf(effect: ControlPlaneEffect): EventPlace {
  switch (effect.type) {
    case 'RemoteAppendEventLog':
    case 'SynthesizeEvent':
    case 'AppendUnappliedEvent':
      return { rolloutId: effect.rolloutId, hostname: effect.host, seq: effect.payload.seq };
    case 'RemoteQueueDispatch':
    case 'RemoteOpenRolloutRecord':
    case 'RecordTransition':
    case 'QueueDispatch':
    case 'DeferDispatch':
    case 'WithdrawDispatch':
      return { rolloutId: effect.rolloutId, hostname: effect.host, seq: null };
    case 'TakeOverRecord':
      return { rolloutId: effect.rolloutId, hostname: effect.host, seq: effect.record.lastEventSeq };
    case 'RecordRolloutTransition':
    case 'UpdateCurrentWave':
    case 'SchedulePruning':
    case 'OpenRollout':
    case 'AdvanceWave':
    case 'WaveWithoutHosts':
    case 'AppendRolloutEvent':
      return { rolloutId: effect.rolloutId, hostname: null, seq: null };
    case 'HostUnreachable':
    case 'HostReachable':
      return { rolloutId: null, hostname: effect.host, seq: null };
    case 'EmitLog':
      return {
        rolloutId: textField(effect.fields['rolloutId']),
        hostname: textField(effect.fields['host']),
        seq: typeof effect.fields['seq'] === 'number' ? effect.fields['seq'] : null,
      };
    case 'RemoteInsertQuarantine':
    case 'InsertQuarantineFromRollout':
    case 'EmitMetric':
      return { rolloutId: null, hostname: null, seq: null };
  }
}

function textField(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
