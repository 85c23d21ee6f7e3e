import type { AgentEffect } from '../agent/index.ts';
import type { HostObservation } from './observations.ts';
import type { RunMs } from './run-ms.ts';

/** The observation when an agent performs an effect; `null` if there is none. */
export function observationOfEffect(effect: AgentEffect, hostname: string, runMs: RunMs): HostObservation | null {
  switch (effect.type) {
    case 'LocalEmitEvent': {
      const { rolloutId, payload: event, durable } = effect;
      return { type: 'EventEmitted', runMs, hostname, rolloutId, event, durable };
    }
    case 'RemoveFromOutbox': {
      const { rolloutId, seq } = effect;
      return { type: 'EventForgotten', runMs, hostname, rolloutId, seq };
    }
    case 'WriteOutboxHeader':
      return { type: 'HeaderWritten', runMs, hostname, header: effect.header };
    case 'SendEvents': {
      const { rolloutId, events, afterMs, jitterMs } = effect;
      const seqs = events.map(({ seq }) => seq);
      return { type: 'EventsSent', runMs, hostname, rolloutId, seqs, afterMs, jitterMs };
    }
    case 'StartProbes': {
      const { rolloutId, generation, probes } = effect;
      return { type: 'ProbesStarted', runMs, hostname, rolloutId, generation, probes };
    }
    case 'StopProbes':
      return { type: 'ProbesStopped', runMs, hostname, generation: effect.generation };
    case 'SendHeartbeat':
      return { type: 'HeartbeatSent', runMs, hostname, heartbeat: effect.heartbeat };
    case 'RecordTransition': {
      const { rolloutId, from, to } = effect;
      return { type: 'AgentMoved', runMs, hostname, rolloutId, from, to };
    }
    case 'EmitLog': {
      const { level, message } = effect;
      return { type: 'AgentLogged', runMs, hostname, level, message };
    }
    // A worker's own observation follows, or none is needed.
    case 'EmitMetric':
      return { type: 'AgentMeasured', runMs, hostname, metric: effect.name };
    case 'LocalFireSwitch':
    case 'LocalFireRollbackTo':
    case 'RemoveOutboxHeader':
    case 'LocalResetProbeCache':
      return null;
  }
}
