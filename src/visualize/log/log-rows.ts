import type { HostState } from '../../machine/index.ts';
import type { RunEvent, RunHistory } from '../../simulator/index.ts';
import { namesInWords, shortName } from '../../text/index.ts';
import { eventText } from '../run-file/event-text.ts';

/** One line of a run's log. Consecutive passing results of a probe are merged. */
export interface LogRow {
  readonly event: RunEvent;
  /** How many events it represents, and when the last one happened. */
  times: number;
  untilRunMs: number;
}

/** A step ends after this many rows. */
export const ROWS_PER_STEP = 2048;

/** The events of a run as rows in order. Works in steps, because there may be millions. */
export function* logRows(events: readonly RunEvent[]): Generator<void, readonly LogRow[]> {
  const passing = new Map<string, LogRow>();
  const rows: LogRow[] = [];
  for (const event of events) {
    // The agent's transitions are kept only in part, and repeat the control plane's.
    if (event.type === 'AgentTransition') continue;
    const row = { event, times: 1, untilRunMs: event.runMs };
    if (event.type === 'EventAccepted' && event.event.type === 'ProbeResult') {
      const key = `${event.rolloutId} ${event.hostname} ${event.event.probeName}`;
      const before = passing.get(key);
      if (event.event.status === 'pass' && before !== undefined) {
        before.times += 1;
        before.untilRunMs = event.runMs;
        continue;
      }
      if (event.event.status === 'pass') passing.set(key, row);
      else passing.delete(key);
    }
    if (rows.push(row) % ROWS_PER_STEP === 0) yield;
  }
  return rows;
}

/** The host or rollout of an event; empty for the whole run. */
export function whoOf(event: RunEvent): string {
  if ('hostname' in event && event.hostname !== null) return event.hostname;
  return 'rolloutId' in event && event.rolloutId !== null ? shortName(event.rolloutId) : '';
}

export function stateOf(event: RunEvent): HostState | null {
  if (event.type === 'HostTransition') return event.to;
  return event.type === 'RecordTakenOver' ? event.state : null;
}

const MOST_NAMES = 4;

/** An event in words. */
export function whatOf(event: RunEvent): string {
  switch (event.type) {
    case 'AgentBooted':
      return event.rebooted ? 'its machine started' : 'its agent started';
    case 'ControlPlaneDown':
      return 'the control plane is down';
    case 'ControlPlaneUp':
      return 'the control plane is up';
    case 'EventDropped':
      return `${event.eventType} #${event.seq} was dropped: ${event.outcome}`;
    case 'EventSynthesized':
      return `${event.eventType} #${event.seq} was synthesized from a heartbeat`;
    case 'RolloutOpened':
      return 'opened';
    case 'RolloutTransition':
      return `→ ${event.to}`;
    case 'WaveAdvanced':
      return event.toWave > event.fromWave
        ? `wave ${event.toWave} may start`
        : `every host of wave ${event.fromWave} is past activation`;
    case 'WaveEmpty':
      return `wave ${event.wave} has no host`;
    case 'ClosureQuarantined':
      return `${shortName(event.closure)} is quarantined on ${event.channel}`;
    case 'ReleasePublished':
      return `released ${namesInWords(event.rolloutIds.map(shortName), MOST_NAMES)}`;
    case 'FleetChanged': {
      const { joined, left, moved } = event;
      const parts = [
        ...(joined.length > 0 ? [`${namesInWords(joined, MOST_NAMES)} joined`] : []),
        ...(left.length > 0 ? [`${namesInWords(left, MOST_NAMES)} left`] : []),
        ...(moved.length > 0
          ? [
              `${namesInWords(
                moved.map(({ hostname }) => hostname),
                MOST_NAMES,
              )} moved`,
            ]
          : []),
      ];
      return parts.join('; ');
    }
    case 'FaultsStopped':
      return 'no more faults';
    case 'Logged':
      return `${event.level}: ${event.message}`;
    case 'InvariantBroken':
      return `${event.invariant}: ${event.message}`;
    case 'AgentTransition':
    case 'EventAccepted':
    case 'HostTransition':
    case 'RecordTakenOver':
    case 'HostDispatched':
    case 'HostHeld':
    case 'DispatchWithdrawn':
    case 'HostUnreachable':
    case 'HostReachable':
    case 'Fault':
      return eventText(event) ?? event.type;
  }
}

/** The number of the event's host; -1 for none. */
export function hostNumberOf(event: RunEvent, history: RunHistory): number {
  if (!('hostname' in event) || event.hostname === null) return -1;
  if ('rolloutId' in event && event.rolloutId !== null)
    return history.trackOf(event.rolloutId, event.hostname)?.number ?? -1;
  const { hostname } = event;
  return history.hosts.find((host) => host.hostname === hostname)?.number ?? -1;
}
