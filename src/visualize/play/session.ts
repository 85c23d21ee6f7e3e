import { newPendingHost, type HealthFailurePolicy } from '../../machine/index.ts';
import { sampleHost } from '../../testing/index.ts';
import type { ChartModel, ChartSide } from '../chart-model.ts';
import { chartNamed, hostChartName } from '../chart-catalogue.ts';
import { sampleRollout } from '../../testing/internal.ts';
import { playEngines, type MachineName, type PlayEvent, type PlayRecord, type PlayResult } from './engine.ts';

export type SoakWindow = 'an hour' | 'none' | 'over';
export const soakWindows: readonly SoakWindow[] = ['an hour', 'none', 'over'];

/** The start of a session: a state reached in the usual way, or a record. */
export type Start =
  | { readonly kind: 'state'; readonly state: string; readonly soak: SoakWindow }
  | { readonly kind: 'record'; readonly record: PlayRecord; readonly title: string };

/** Everything that a link needs to show the same again. */
export interface Session {
  readonly machine: MachineName;
  readonly side: ChartSide;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly start: Start;
  readonly events: readonly PlayEvent[];
  /** How many of the events are done. The rest can be redone. */
  readonly cursor: number;
}

/** One event of a session and its result. */
export interface SessionMoment {
  readonly event: PlayEvent;
  readonly before: PlayRecord;
  readonly after: PlayRecord;
  readonly now: number;
  readonly result: PlayResult;
}

export const MAX_EVENTS = 500;
const MINUTE_MS = 60_000;

export const newSession: Session = {
  machine: 'host',
  side: 'agent',
  onHealthFailure: 'rollback-and-halt',
  start: { kind: 'state', state: 'Pending', soak: 'an hour' },
  events: [],
  cursor: 0,
};

export const chartOfSession = (session: Session): ChartModel =>
  chartNamed(session.machine === 'rollout' ? 'rollout' : hostChartName(session.side));

const policyOf = (session: Session) => ({ onHealthFailure: session.onHealthFailure });

/** The first record of a session. */
export function startRecord(session: Session): PlayRecord {
  const { start } = session;
  if (start.kind === 'record') return start.record;
  return recordIn(session, firstRecord(session, start.soak), start.state);
}

function firstRecord({ machine }: Session, soak: SoakWindow): PlayRecord {
  if (machine === 'rollout') return sampleRollout;
  const soakDueAt = soak === 'none' ? null : soak === 'over' ? sampleHost.dispatchedAt : sampleHost.soakDueAt;
  return newPendingHost({ ...sampleHost, soakDueAt });
}

/** The record after the fewest events that lead to a state. */
function recordIn(session: Session, first: PlayRecord, goal: string): PlayRecord {
  const engine = playEngines[session.machine];
  const policy = policyOf(session);
  const { eventTypes } = chartOfSession(session);
  const reached = new Map<string, PlayRecord>([[first.state, first]]);
  // The loop also visits entries added meanwhile, one per state.
  for (const record of reached.values()) {
    if (record.state === goal) return record;
    for (const { event } of eventTypes.flatMap((type) => engine.ways(type, record, timeAfter(record), policy))) {
      const result = engine.step(record, event, timeAfter(record), policy);
      if (result.ok && !reached.has(result.record.state)) reached.set(result.record.state, result.record);
    }
  }
  return first;
}

const timesOf = (record: PlayRecord): readonly number[] =>
  Object.entries(record).flatMap(([name, value]) =>
    typeof value === 'number' && name.endsWith('At') && name !== 'soakDueAt' ? [value] : [],
  );

export const timeAfter = (record: PlayRecord): number => Math.max(...timesOf(record)) + MINUTE_MS;

/** The results of the events up to the cursor. */
export function replaySession(session: Session): readonly SessionMoment[] {
  const engine = playEngines[session.machine];
  const moments: SessionMoment[] = [];
  let before = startRecord(session);
  for (const event of session.events.slice(0, session.cursor)) {
    const now = Math.max(...timesOfEvent(event), timeAfter(before) - MINUTE_MS);
    const result = engine.step(before, event, now, policyOf(session));
    const after = result.ok ? result.record : before;
    moments.push({ event, before, after, now, result });
    before = after;
  }
  return moments;
}

const timesOfEvent = (event: PlayEvent): readonly number[] =>
  Object.entries(event).flatMap(([name, value]) =>
    typeof value === 'number' && (name.endsWith('At') || name === 'at') && name !== 'soakDueAt' ? [value] : [],
  );

export function presentRecord(session: Session): PlayRecord {
  return replaySession(session).at(-1)?.after ?? startRecord(session);
}

/** The session after another event. Events that could have been redone are dropped. */
export function send(session: Session, event: PlayEvent): Session {
  const events = [...session.events.slice(0, session.cursor), event].slice(0, MAX_EVENTS);
  return { ...session, events, cursor: events.length };
}

export function jump(session: Session, cursor: number): Session {
  return { ...session, cursor: Math.min(Math.max(0, cursor), session.events.length) };
}

/** Another start drops all events. */
export const restart = (session: Session, change: Partial<Session>): Session => ({
  ...session,
  ...change,
  events: [],
  cursor: 0,
});
