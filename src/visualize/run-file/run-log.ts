import { z } from 'zod';
import type { RunEvent } from '../../simulator/run-events.ts';
import { readRunEvent } from './run-event-schema.ts';

const NOBODY = -1;

/**
 * The events of a run as columns: entry `n` of each is about event `n`. What is not about time, host and rollout is in
 * `values`, each once, because most events of a run differ in nothing else.
 */
export interface RunLog {
  /** Milliseconds since the event before. */
  readonly afterMs: readonly number[];
  /** Into `hostnames`; -1 where there is none. */
  readonly host: readonly number[];
  /** Into the rollouts of the file; -1 where there is none. */
  readonly rollout: readonly number[];
  /** Into `values`. */
  readonly value: readonly number[];
  readonly hostnames: readonly string[];
  readonly values: readonly Readonly<Record<string, unknown>>[];
}

const indexes = z.array(z.int().min(NOBODY));

export const runLogSchema: z.ZodType<RunLog> = z.object({
  afterMs: z.array(z.number()),
  host: indexes,
  rollout: indexes,
  value: indexes,
  hostnames: z.array(z.string()),
  values: z.array(z.looseObject({})),
});

/** Puts events into columns. Each names a rollout of `rolloutIds`, or none. */
export function writeRunLog(events: readonly RunEvent[], rolloutIds: readonly string[]): RunLog {
  const rollouts = new Map(rolloutIds.map((id, at) => [id, at]));
  const hosts = new Map<string, number>();
  const values = new Map<string, number>();
  const log = { afterMs: [] as number[], host: [] as number[], rollout: [] as number[], value: [] as number[] };
  let before = 0;
  for (const event of events) {
    const { runMs, hostname, rolloutId, ...value } = { hostname: null, rolloutId: null, ...event };
    log.afterMs.push(runMs - before);
    before = runMs;
    log.host.push(hostname === null ? NOBODY : indexIn(hosts, hostname));
    log.rollout.push(rolloutId === null ? NOBODY : (rollouts.get(rolloutId) ?? NOBODY));
    log.value.push(indexIn(values, JSON.stringify(value)));
  }
  return {
    ...log,
    hostnames: [...hosts.keys()],
    // What was made from an object is one.
    values: [...values.keys()].map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>),
  };
}

function indexIn(known: Map<string, number>, key: string): number {
  let index = known.get(key);
  if (index === undefined) known.set(key, (index = known.size));
  return index;
}

/** The events of a log; `null` if it is damaged. */
export function readRunLog(log: RunLog, rolloutIds: readonly string[]): readonly RunEvent[] | null {
  const { afterMs, host, rollout, value, hostnames, values } = log;
  if ([host, rollout, value].some(({ length }) => length !== afterMs.length)) return null;
  const events: RunEvent[] = [];
  let runMs = 0;
  for (let at = 0; at < afterMs.length; at += 1) {
    runMs += afterMs[at] ?? Number.NaN;
    const fields = values[value[at] ?? NOBODY];
    const hostname = nameAt(hostnames, host[at]);
    const rolloutId = nameAt(rolloutIds, rollout[at]);
    if (fields === undefined || hostname === undefined || rolloutId === undefined) return null;
    const event = readRunEvent({ runMs, ...fields, hostname, rolloutId });
    if (event === null) return null;
    events.push(event);
  }
  return events;
}

/** `null` where there is none, `undefined` where there should be one. */
function nameAt(names: readonly string[], at: number | undefined): string | null | undefined {
  return at === NOBODY ? null : names[at ?? names.length];
}
