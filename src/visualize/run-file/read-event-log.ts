import { EVENT_LOG_FORMAT, EVENT_LOG_VERSION, type RunEvent, asRunMs, type RunRollout } from '../../simulator/index.ts';
import { isObject, jsonIn } from '../../text/index.ts';
import { readRunEvent } from './run-event-schema.ts';
import { RUN_FILE_FORMAT, RUN_FILE_VERSION, type RunFile } from './run-file.ts';
import { writeRunLog } from './run-log.ts';

export type EventLogResult =
  | { readonly ok: true; readonly run: RunFile }
  | { readonly ok: false; readonly message: string };

const bad = (message: string) => ({ ok: false, message }) as const;

/** Whether a text starts like an event log of any version. */
export function isEventLog(text: string): boolean {
  const first = jsonIn(firstLine(text));
  if (!isObject(first)) return false;
  return first['format'] === EVENT_LOG_FORMAT || typeof first['type'] === 'string';
}

/**
 * The run of an event log. A log names the wave of a host only when the host is dispatched, so all others go into an
 * additional wave. Soaks, policies and budgets are not recorded.
 */
export function readEventLog(text: string): EventLogResult {
  const header = jsonIn(firstLine(text));
  if (!isObject(header) || header['format'] !== EVENT_LOG_FORMAT) {
    return bad(
      `This event log has no version, so it is older than version ${EVENT_LOG_VERSION}. Run the scenario again with \`simulate --events FILE\`.`,
    );
  }
  const { version, title, seed, startAt } = header;
  if (version !== EVENT_LOG_VERSION) {
    return bad(`The event log has version ${String(version)}, but only version ${EVENT_LOG_VERSION} can be read here.`);
  }
  const events: RunEvent[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    if (number === 0 || line.trim() === '') continue;
    const event = readRunEvent(jsonIn(line));
    if (event === null) return bad(`Line ${number + 1} of the event log is not an event.`);
    events.push(event);
  }
  const rollouts = rolloutsIn(events);
  const startTime = typeof startAt === 'number' && Number.isSafeInteger(startAt) ? startAt : 0;
  return {
    ok: true,
    run: {
      format: RUN_FILE_FORMAT,
      version: RUN_FILE_VERSION,
      title: typeof title === 'string' ? title : 'Event log',
      seed: typeof seed === 'number' ? seed : null,
      scenario: '',
      startAt: startTime,
      endedRunMs: asRunMs(events.reduce((latest, { runMs }) => Math.max(latest, runMs), 0)),
      outcome: 'as logged',
      machineSteps: 0,
      keep: 'all',
      messageFaultStride: 1,
      rollouts,
      log: writeRunLog(
        events,
        rollouts.map(({ rolloutId }) => rolloutId),
        startTime,
      ),
      messages: null,
    },
  };
}

const firstLine = (text: string): string => text.slice(0, text.includes('\n') ? text.indexOf('\n') : undefined);

function rolloutsIn(events: readonly RunEvent[]): readonly RunRollout[] {
  const waves = new Map<string, Map<string, number | null>>();
  for (const event of events) {
    if (!('rolloutId' in event) || event.rolloutId === null) continue;
    const hosts = waves.get(event.rolloutId) ?? new Map<string, number | null>();
    waves.set(event.rolloutId, hosts);
    if (!('hostname' in event) || event.hostname === null) continue;
    hosts.set(event.hostname, event.type === 'HostDispatched' ? event.wave : (hosts.get(event.hostname) ?? null));
  }
  return [...waves].map(([rolloutId, hosts]) => {
    const dispatched = [...hosts.values()].flatMap((wave) => wave ?? []);
    const count = Math.max(-1, ...dispatched) + 1;
    const isComplete = dispatched.length === hosts.size;
    return {
      rolloutId,
      channel: rolloutId.split('@')[0] ?? rolloutId,
      onHealthFailure: null,
      waves: Array.from({ length: Math.max(1, isComplete ? count : count + 1) }, (_, wave) => {
        const members = [...hosts]
          .filter(([, own]) => (own ?? count) === wave)
          .map(([hostname]) => hostname)
          .sort();
        return { soakMinutes: null, hosts: members, targets: members.map(() => '') };
      }),
      edges: [],
      channelEdges: [],
      budgets: [],
    };
  });
}
