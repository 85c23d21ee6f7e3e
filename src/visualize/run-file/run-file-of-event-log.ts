import { EVENT_LOG_FORMAT, EVENT_LOG_VERSION } from '../../simulator/event-log.ts';
import type { RunEvent } from '../../simulator/run-events.ts';
import { hasWhatItsTagPromises } from './event-log-fields.ts';
import { RunEventCollector } from './run-event-collector.ts';
import { RUN_FILE_FORMAT, RUN_FILE_VERSION, type RunFile, type RunRollout } from './run-file.ts';
import { isObject } from '../../text/index.ts';

/** The lines of an event log as the simulator writes it; `null` if any line is something else. */
function readLines(text: string): readonly RunEvent[] | null {
  const events: RunEvent[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line) as unknown;
    } catch {
      return null;
    }
    if (isObject(value) && value['format'] === EVENT_LOG_FORMAT && value['version'] === EVENT_LOG_VERSION) continue;
    if (!isObject(value) || typeof value['type'] !== 'string' || !Number.isFinite(value['runMs'])) return null;
    if (!hasWhatItsTagPromises(value)) return null;
    // The tag and the time are what every line has, and of what its tag promises the collector reads only what was checked.
    events.push(value as unknown as RunEvent);
  }
  return events.length === 0 ? null : events;
}

/**
 * A run as its event log tells it. The log does not list the hosts of a wave before they are dispatched, so those that
 * never were stand in one more column.
 */
export function runFileOfEventLog(text: string): RunFile | null {
  const events = readLines(text);
  if (events === null) return null;
  const rollouts = rolloutsOf(events);
  const collector = new RunEventCollector(rollouts, false);
  for (const event of events) collector.take(event);
  return {
    format: RUN_FILE_FORMAT,
    version: RUN_FILE_VERSION,
    title: 'Event log',
    seed: null,
    scenario: '',
    startAt: 0,
    endedAt: events.reduce((latest, { runMs }) => Math.max(latest, runMs), 0),
    outcome: 'as logged',
    machineSteps: 0,
    rollouts,
    ...collector.collected(),
  };
}

function rolloutsOf(events: readonly RunEvent[]): readonly RunRollout[] {
  const waves = new Map<string, Map<string, number | null>>();
  for (const event of events) {
    if (
      !('rolloutId' in event) ||
      !('hostname' in event) ||
      typeof event.hostname !== 'string' ||
      typeof event.rolloutId !== 'string'
    )
      continue;
    const hosts = waves.get(event.rolloutId) ?? new Map<string, number | null>();
    waves.set(event.rolloutId, hosts);
    const known = hosts.get(event.hostname) ?? null;
    hosts.set(event.hostname, event.type === 'HostDispatched' ? event.wave : known);
  }
  return [...waves].map(([rolloutId, hosts]) => {
    const dispatched = [...hosts.values()].flatMap((wave) => wave ?? []);
    const count = Math.max(-1, ...dispatched) + 1;
    const isComplete = dispatched.length === hosts.size;
    return {
      rolloutId,
      channel: rolloutId.split('@')[0] ?? rolloutId,
      onHealthFailure: null,
      waves: Array.from({ length: isComplete ? count : count + 1 }, (_, wave) => {
        const members = [...hosts]
          .filter(([, own]) => (own ?? count) === wave)
          .map(([host]) => host)
          .sort();
        return { soakMinutes: null, hosts: members, targets: members.map(() => '') };
      }),
    };
  });
}
