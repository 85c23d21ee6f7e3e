import type { HealthFailurePolicy } from '../../machine/events.ts';
import { draftOf, newPendingHost } from '../../machine/record.ts';
import { rolloutDraftOf } from '../../rollout/rollout-record.ts';
import { sampleHost } from '../../testing/sample-host.ts';
import type { ChartSide } from '../chart-model.ts';
import { chartSides } from '../charts.ts';
import { sampleRollout } from '../../testing/rollout-samples.ts';
import type { Checked } from './checked.ts';
import { choices, problemOf } from './check-field.ts';
import { engines, type MachineName, type PlayEvent, type PlayRecord } from './engine.ts';
import {
  MAX_EVENTS,
  chartOfSession,
  newSession,
  soakWindows,
  type Session,
  type SoakWindow,
  type Start,
} from './session.ts';
import { type Fields, isObject } from '../../text/index.ts';

const bad = (message: string) => ({ ok: false, message }) as const;

/** A session that came from a link or a file, checked down to each field of each event. */
export function checkSession(value: unknown): Checked<Session> {
  if (!isObject(value)) return bad('The link does not hold a session.');
  const machine: MachineName | null =
    value['machine'] === 'host' || value['machine'] === 'rollout' ? value['machine'] : null;
  const side = chartSides.find((each) => each === value['side']);
  const isPolicy = choices.policy?.some((choice) => choice === value['onHealthFailure']) ?? false;
  if (machine === null || side === undefined || !isPolicy)
    return bad('The link names a machine, side or policy that there is none of.');
  // The choices of this kind are the names of the type.
  const onHealthFailure = value['onHealthFailure'] as HealthFailurePolicy;
  const start = checkStart({ ...newSession, machine, side }, value['start']);
  if (!start.ok) return start;
  const events = checkEvents(machine, value['events']);
  if (!events.ok) return events;
  const cursor = value['cursor'];
  if (!Number.isInteger(cursor) || Number(cursor) < 0 || Number(cursor) > events.value.length) {
    return bad('The link points to a step that its history does not have.');
  }
  return {
    ok: true,
    value: { machine, side, onHealthFailure, start: start.value, events: events.value, cursor: Number(cursor) },
  };
}

function checkStart(session: Session & { side: ChartSide }, value: unknown): Checked<Start> {
  if (!isObject(value)) return bad('The link does not say where to begin.');
  if (value['kind'] === 'record') {
    const record = checkRecord(session.machine, value['record']);
    return record.ok
      ? {
          ok: true,
          value: {
            kind: 'record',
            record: record.value,
            title: typeof value['title'] === 'string' ? value['title'] : '',
          },
        }
      : record;
  }
  const state = chartOfSession(session).states.find(({ name }) => name === value['state'])?.name;
  const soak: SoakWindow | undefined = soakWindows.find((each) => each === value['soak']);
  if (state === undefined || soak === undefined) return bad('The link begins in a state that the chart does not have.');
  return { ok: true, value: { kind: 'state', state, soak } };
}

function checkEvents(machine: MachineName, value: unknown): Checked<readonly PlayEvent[]> {
  if (!Array.isArray(value) || value.length > MAX_EVENTS)
    return bad(`The link must hold a history of at most ${MAX_EVENTS} events.`);
  const events: PlayEvent[] = [];
  for (const [index, each] of value.entries()) {
    const event = checkEvent(machine, each);
    if (!event.ok) return bad(`Event ${index + 1}: ${event.message}`);
    events.push(event.value);
  }
  return { ok: true, value: events };
}

/** An event of the machine with all its fields, and no others. */
function checkEvent(machine: MachineName, value: unknown): Checked<PlayEvent> {
  if (!isObject(value)) return bad('An event must be an object.');
  const engine = engines[machine];
  const type = engine.eventTypes.find((each) => each === value['type']);
  if (type === undefined) return bad(`There is no event ${JSON.stringify(value['type'])}.`);
  const event: Record<string, unknown> = { type };
  for (const { name, kind } of engine.fieldsOf(type)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    const problem = problemOf(kind, field);
    if (problem !== null) return bad(`${type}.${name}: ${problem}`);
    event[name] = field;
  }
  // Every field of the type was checked one by one.
  return { ok: true, value: event as unknown as PlayEvent };
}

/** A whole record of the machine: each field there, and of the sort that the machine's own records have. */
function checkRecord(machine: MachineName, value: unknown): Checked<PlayRecord> {
  if (!isObject(value)) return bad('A record must be an object.');
  const shape: Fields = { ...(machine === 'host' ? newPendingHost(sampleHost) : sampleRollout) };
  for (const [name, sample] of Object.entries(shape)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    const isRight =
      sample === null || name === 'soakDueAt'
        ? field === null || typeof field === 'string' || Number.isSafeInteger(field)
        : typeof field === typeof sample && field !== null;
    if (!isRight) return bad(`The field ${name} of the record is missing or of the wrong sort.`);
  }
  const state = chartOfSession({ ...newSession, machine, side: 'both' }).states.find(
    ({ name }) => name === value['state'],
  );
  if (state === undefined) return bad(`There is no state ${JSON.stringify(value['state'])}.`);
  // That the probes are an object was checked with the other fields.
  if (machine === 'host' && !Object.values(value['probes'] as Fields).every(isProbeRecord)) {
    return bad('A probe of the record is not one.');
  }
  // Each field was checked against a record that the machine made; the copy leaves out what does not belong.
  const record = value as unknown;
  // Every field of it was checked above.
  return {
    ok: true,
    value:
      machine === 'host'
        ? draftOf(record as Parameters<typeof draftOf>[0])
        : rolloutDraftOf(record as Parameters<typeof rolloutDraftOf>[0]),
  };
}

const isProbeRecord = (value: unknown): boolean =>
  isObject(value) &&
  problemOf('status', value['status']) === null &&
  problemOf('mode', value['mode']) === null &&
  problemOf('time', value['lastObservedAt']) === null &&
  problemOf('time-or-null', value['lastPassAt']) === null &&
  problemOf('text-or-null', value['failureReason']) === null;
