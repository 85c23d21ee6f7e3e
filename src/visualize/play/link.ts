import type { Checked } from './checked.ts';
import { checkPlaces, troubles, type RunPlace } from './run-place.ts';
import { newSession, type Session, MAX_EVENTS, soakWindows } from './session.ts';
import { z } from 'zod';
import {
  eventSchema,
  fieldSchemas,
  recordSchema,
  rolloutEventSchema,
  rolloutRecordSchema,
  shapeProblems,
} from '../../testing/internal.ts';
import { chartSides } from '../charts.ts';

const sessionOf = <Machine extends string, Record, Event>(
  machine: Machine,
  state: z.ZodType<string>,
  record: z.ZodType<Record>,
  event: z.ZodType<Event>,
) =>
  z
    .object({
      machine: z.literal(machine),
      side: z.enum(chartSides),
      onHealthFailure: fieldSchemas.healthFailurePolicy,
      start: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('state'), state, soak: z.enum(soakWindows) }),
        z.object({ kind: z.literal('record'), record, title: z.string() }),
      ]),
      events: z.array(event).max(MAX_EVENTS),
      cursor: z.int().min(0),
    })
    .refine(({ events, cursor }) => cursor <= events.length, {
      path: ['cursor'],
      error: 'a step that the history has',
    });

const sessionSchema: z.ZodType<Session> = z.discriminatedUnion('machine', [
  sessionOf('host', fieldSchemas.hostState, recordSchema, eventSchema),
  sessionOf('rollout', fieldSchemas.rolloutState, rolloutRecordSchema, rolloutEventSchema),
]);

/** Validates a session from a link or a file, down to each field of each event. */
export function checkSession(value: unknown): Checked<Session> {
  const parsed = sessionSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first] = shapeProblems(value, parsed.error.issues);
  if (first === undefined) throw new Error('A value that does not parse has a problem.');
  return { ok: false, message: `The link does not contain a session: ${first.path}: ${first.message}.` };
}

/** Incremented when older links could be misread. */
const VERSION = 2;
/** The schema of a session in a link. */
const WITH_SESSION = 1;

/**
 * The text after `#` in the page's address: everything shown, including the whole session and any runs. Without a
 * session worth keeping, it names only the runs, to stay short.
 */
export function linkOfSession(view: string, session: Session, runs: readonly RunPlace[] = []): string {
  if (runs.length > 0 && JSON.stringify(session) === JSON.stringify(newSession))
    return [`v${VERSION}`, view, ...runs.map(textOfPlace)].join('/');
  return [
    `v${WITH_SESSION}`,
    view,
    ...[session, ...(runs.length > 0 ? [runs] : [])].map((part) => toBase64Url(JSON.stringify(part))),
  ].join('/');
}

export interface Link {
  readonly view: string;
  readonly session: Session;
  readonly runs: readonly RunPlace[];
}

/** Reads what `linkOfSession` wrote. For anything else, returns a sentence about what is wrong. */
export function sessionOfLink(fragment: string): Checked<Link> {
  const short = /^#?v2\/([a-z]*)((?:\/[\w.-]+){3,6})$/.exec(fragment);
  if (short !== null) {
    const runs = checkPlaces(placesOfText(short[2] ?? ''));
    return runs.ok ? { ok: true, value: { view: short[1] ?? '', session: newSession, runs: runs.value } } : runs;
  }
  const [, version, view = '', data = '', runsData] =
    /^#?v(\d+)\/([a-z]*)\/([\w-]*)(?:\/([\w-]*))?$/.exec(fragment) ?? [];
  if (version === undefined) return { ok: false, message: 'This is not a link of this page.' };
  if (Number(version) > VERSION) {
    return {
      ok: false,
      message: `The link was made by a newer version of this page (${version}; this one reads ${VERSION}).`,
    };
  }
  const json = fromBase64Url(data);
  if (json === undefined) return { ok: false, message: 'The link is truncated or damaged.' };
  const session = checkSession(json);
  if (!session.ok) return session;
  const runs = checkPlaces(runsData === undefined ? [] : fromBase64Url(runsData));
  return runs.ok ? { ok: true, value: { view, session: session.value, runs: runs.value } } : runs;
}

/**
 * `m50.2.1.halt.0/300000/3`: how the run was made, the moment, the host; `-` for none. `300000.0.600000.s` is a moment
 * in a range of the axis with shortened soaks.
 */
function textOfPlace({ choice, kept, time, host, range, isSkippingSoaks }: RunPlace): string {
  const { hosts, waves, seed, onHealthFailure, trouble } = choice ?? {};
  const made = [hosts, waves, seed, onHealthFailure, troubles.findIndex((each) => each === trouble)].join('.');
  const source = choice !== null ? `m${made}` : kept === null ? 'f' : `k${kept}`;
  const moment = [time ?? NONE, ...(range ?? []), ...(isSkippingSoaks ? [SKIPPING] : [])].join('.');
  return [source, moment, host ?? NONE].join('/');
}

const NONE = '-';
const SKIPPING = 's';

/** The result is validated afterwards. */
function placesOfText(text: string): readonly unknown[] | null {
  const parts = text.split('/').slice(1);
  if (parts.length % 3 !== 0) return null;
  const numberOf = (part: string | undefined) => (part === NONE ? null : Number(part));
  return Array.from({ length: parts.length / 3 }, (_, at) => {
    const [source = '', moment = '', host] = parts.slice(3 * at, 3 * at + 3);
    const numbers = moment.split('.');
    const isSkippingSoaks = numbers.at(-1) === SKIPPING;
    const [time, ...range] = isSkippingSoaks ? numbers.slice(0, -1) : numbers;
    const place = {
      time: numberOf(time),
      host: numberOf(host),
      range: range.length === 0 ? null : range.map(Number),
      isSkippingSoaks,
    };
    if (source === 'f') return place;
    if (source.startsWith('k')) return { ...place, kept: source.slice(1) };
    const [hosts, waves, seed, onHealthFailure, trouble] = source.slice(1).split('.');
    const choice = { onHealthFailure, trouble: troubles[Number(trouble)] };
    return {
      ...place,
      choice: { ...choice, hosts: numberOf(hosts), waves: numberOf(waves), seed: numberOf(seed) },
    };
  });
}

function toBase64Url(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(data: string): unknown {
  try {
    const bytes = atob(data.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
