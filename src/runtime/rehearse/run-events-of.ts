import type { Time } from '../../machine/index.ts';
import { runEventOf, type Observation, type RunEvent } from '../../simulator/index.ts';

/**
 * What the event log of a run says of an observation.
 *
 * @param closures what each host runs; kept up to date
 */
export function runEventsOf(
  observation: Observation,
  startAt: Time,
  closures: Map<string, string>,
): readonly RunEvent[] {
  const { runMs } = observation;
  switch (observation.type) {
    case 'ReleasePublished': {
      const rolloutIds = observation.rollouts.map(({ rolloutId }) => rolloutId);
      return [{ runMs, type: 'ReleasePublished', rolloutIds }];
    }
    case 'ClosureChanged':
      closures.set(observation.hostname, observation.closure);
      return [];
    case 'AgentStarted': {
      const { hostname, rebooted } = observation;
      return [{ runMs, type: 'AgentBooted', hostname, rebooted, closure: closures.get(hostname) ?? 'unknown' }];
    }
    case 'AgentMoved': {
      const { hostname, rolloutId, from, to } = observation;
      return [{ runMs, type: 'AgentTransition', hostname, rolloutId, from, to }];
    }
    case 'AgentLogged': {
      const { hostname, level, message } = observation;
      return level === 'warn' || level === 'error' ? [{ runMs, type: 'Logged', hostname, level, message }] : [];
    }
    case 'EffectPerformed': {
      const event = runEventOf(observation.effect, runMs, startAt);
      return event === null ? [] : [event];
    }
    case 'EventAnswered': {
      const { hostname, rolloutId, event, outcome } = observation;
      if (outcome === 'accepted') return [];
      return [{ runMs, type: 'EventDropped', hostname, rolloutId, eventType: event.type, seq: event.seq, outcome }];
    }
    case 'ControlPlaneStopped':
      return [{ runMs, type: 'ControlPlaneDown' }];
    case 'ControlPlaneStarted':
      return [{ runMs, type: 'ControlPlaneUp' }];
    default:
      return [];
  }
}
