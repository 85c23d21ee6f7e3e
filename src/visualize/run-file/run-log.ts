import { z } from 'zod';
import { eventTable, outboundEventTypes, type OutboundEvent, type Time } from '../../machine/index.ts';
import type { RunEvent } from '../../simulator/index.ts';
import { isObject } from '../../text/index.ts';
import { readRunEvent } from './run-event-schema.ts';

const NOBODY = -1;

/**
 * The events of a run as columns: entry `n` of each belongs to event `n`. Everything except time, host and rollout is
 * in `values` without repetition, because most events differ only in those three.
 */
export interface RunLog {
  /** Milliseconds since the previous event. */
  readonly afterMs: readonly number[];
  /** Index into `hostnames`; -1 for none. */
  readonly host: readonly number[];
  /** Index into the rollouts of the file; -1 for none. */
  readonly rollout: readonly number[];
  /** Index into `values`. */
  readonly value: readonly number[];
  /** The number of each accepted event, and when it occurred by the host's clock, relative to its acceptance. */
  readonly accepted: { readonly seq: readonly number[]; readonly occurredAfterMs: readonly number[] };
  readonly hostnames: readonly string[];
  readonly values: readonly Readonly<Record<string, unknown>>[];
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number');
const isIndexes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= NOBODY);

// Written by hand, because a schema would take seconds for millions of numbers.
const numbers = z.custom<readonly number[]>(isNumbers, { error: 'expected numbers' });
const objects = z.custom<RunLog['values']>((value) => Array.isArray(value) && value.every(isObject), {
  error: 'expected objects',
});
const indexes = z.custom<readonly number[]>(isIndexes, { error: 'expected whole numbers from -1' });

/** @internal */
export const runLogSchema: z.ZodType<RunLog> = z.object({
  afterMs: numbers,
  host: indexes,
  rollout: indexes,
  value: indexes,
  accepted: z.object({ seq: numbers, occurredAfterMs: numbers }),
  hostnames: z.array(z.string()),
  values: objects,
});

/** Puts events into columns. Each names a rollout of `rolloutIds`, or none. */
export function writeRunLog(events: readonly RunEvent[], rolloutIds: readonly string[], startAt: Time): RunLog {
  const rollouts = new Map(rolloutIds.map((id, at) => [id, at]));
  const hosts = new Map<string, number>();
  const values = new Map<string, number>();
  const log = { afterMs: [] as number[], host: [] as number[], rollout: [] as number[], value: [] as number[] };
  const accepted = { seq: [] as number[], occurredAfterMs: [] as number[] };
  let before = 0;
  for (const event of events) {
    const { runMs, hostname, rolloutId, ...value } = { hostname: null, rolloutId: null, ...event };
    log.afterMs.push(runMs - before);
    before = runMs;
    log.host.push(hostname === null ? NOBODY : indexIn(hosts, hostname));
    log.rollout.push(rolloutId === null ? NOBODY : (rollouts.get(rolloutId) ?? NOBODY));
    if (event.type === 'EventAccepted') {
      accepted.seq.push(event.event.seq);
      accepted.occurredAfterMs.push(timeOf(event.event) - startAt - runMs);
      log.value.push(indexIn(values, JSON.stringify({ ...value, event: withoutTime(event.event) })));
    } else log.value.push(indexIn(values, JSON.stringify(value)));
  }
  return {
    ...log,
    accepted,
    hostnames: [...hosts.keys()],
    // Safe: it was made from an object.
    values: [...values.keys()].map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>),
  };
}

function indexIn(known: Map<string, number>, key: string): number {
  let index = known.get(key);
  if (index === undefined) known.set(key, (index = known.size));
  return index;
}

/** The events of a log; `null` if it is damaged. */
export function readRunLog(log: RunLog, rolloutIds: readonly string[], startAt: Time): readonly RunEvent[] | null {
  const { afterMs, host, rollout, value, accepted, hostnames, values } = log;
  if ([host, rollout, value].some(({ length }) => length !== afterMs.length)) return null;
  const templates = new Map<number, RunEvent | null>();
  const events: RunEvent[] = [];
  let runMs = 0;
  let nextAccepted = 0;
  for (let at = 0; at < afterMs.length; at += 1) {
    runMs += afterMs[at] ?? Number.NaN;
    const hostname = nameAt(hostnames, host[at]);
    const rolloutId = nameAt(rolloutIds, rollout[at]);
    const index = value[at] ?? NOBODY;
    if (hostname === undefined || rolloutId === undefined || !Number.isFinite(runMs)) return null;
    // Each value is validated once per combination of present columns. After that, only time, host and number differ.
    const key = 4 * index + 2 * Number(hostname === null) + Number(rolloutId === null);
    let template = templates.get(key);
    if (template === undefined) templates.set(key, (template = templateOf(values[index], hostname, rolloutId)));
    if (template === null) return null;
    const event: Record<string, unknown> = { ...template, runMs };
    if ('hostname' in template) event['hostname'] = hostname;
    if ('rolloutId' in template) event['rolloutId'] = rolloutId;
    if (template.type === 'EventAccepted') {
      const seq = accepted.seq[nextAccepted] ?? 0;
      const occurredAt = startAt + runMs + (accepted.occurredAfterMs[nextAccepted] ?? Number.NaN);
      if (!Number.isSafeInteger(seq) || seq < 1 || !Number.isSafeInteger(occurredAt)) return null;
      // The template's event has both fields, so its copies keep its shape.
      const copy: Record<string, unknown> = { ...template.event };
      copy['seq'] = seq;
      copy[eventTable[template.event.type].occurredAt] = occurredAt;
      event['event'] = copy;
      nextAccepted += 1;
    }
    // Safe: it has the fields of its template, three of them with other values of the same type.
    events.push(event as unknown as RunEvent);
  }
  return events;
}

/** An event with the common part of all events with a value; `null` if invalid. */
function templateOf(
  fields: RunLog['values'][number] | undefined,
  hostname: string | null,
  rolloutId: string | null,
): RunEvent | null {
  if (fields === undefined) return null;
  const whole = fields['type'] === 'EventAccepted' ? { ...fields, event: withTime(fields['event'], 1, 0) } : fields;
  return readRunEvent({ runMs: 0, ...whole, hostname, rolloutId });
}

/** When an event occurred, by the host's clock. */
function timeOf(event: OutboundEvent): number {
  const at: unknown = Object.entries(event).find(([name]) => name === eventTable[event.type].occurredAt)?.[1];
  if (typeof at !== 'number') throw new TypeError(`${event.type} has no time.`);
  return at;
}

function withoutTime({ seq: _seq, ...event }: OutboundEvent): object {
  const { occurredAt } = eventTable[event.type];
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== occurredAt));
}

/** Anything else stays unchanged, and is refused later. */
function withTime(event: unknown, seq: number, occurredAt: number): unknown {
  if (!isObject(event)) return event;
  const type = outboundEventTypes.find((each) => each === event['type']);
  return type === undefined ? event : { ...event, seq, [eventTable[type].occurredAt]: occurredAt };
}

/** `null` if there is none; `undefined` if there should be one. */
function nameAt(names: readonly string[], at: number | undefined): string | null | undefined {
  return at === NOBODY ? null : names[at ?? names.length];
}
