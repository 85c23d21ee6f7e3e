import type { OutboundEvent } from '../../machine/index.ts';
import { MAY_BE_LOST } from './durable.ts';
import type { Judge, Scene } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** When an event entered the event log, and in which database (index into `State.databases`). */
interface Logged {
  readonly database: number;
  readonly runMs: number;
}

/** A database of the control plane. It began empty, or as a copy of an earlier one at `asOfRunMs`. */
interface Database {
  readonly sinceRunMs: number;
  readonly asOfRunMs: number | null;
}

/** A durable event that its agent may still send. */
interface Emitted {
  readonly payload: OutboundEvent;
  readonly logged: readonly Logged[];
  /** How many disks its host had lost before it. */
  readonly disk: number;
}

/** The durable events of a host in one rollout. */
interface Reported {
  readonly open: readonly Emitted[];
  /** The numbers that the host's present disk has forgotten; the log held those events before. */
  readonly settled: readonly number[];
}

interface State {
  readonly reported: PerHost<Reported>;
  /** In the order they were used. */
  databases: readonly Database[];
  /** The highest number used on lost disks: an agent without its disk uses the numbers again. */
  readonly usedBefore: PerHost<number>;
}

const NOTHING: Reported = { open: [], settled: [] };

/**
 * The event log contains every answered durable event exactly once, with the same content. Events that no agent emitted
 * are marked as synthesized. A lost database includes its log.
 */
export const completeLog: Judge<State> = {
  begin: () => ({
    reported: new PerHost(NOTHING),
    databases: [{ sinceRunMs: 0, asOfRunMs: null }],
    usedBefore: new PerHost(0),
  }),
  on: {
    EventEmitted: (_, { reported }, { rolloutId, event, durable }, host) => {
      if (!durable || MAY_BE_LOST.has(event.type)) return;
      const { open, settled } = reported.get(rolloutId, host.index);
      const emitted = { payload: event, logged: [], disk: host.disksLost };
      // An agent without its disk reuses numbers.
      const kept = settled.includes(event.seq) ? settled.filter((seq) => seq !== event.seq) : settled;
      reported.set(rolloutId, host.index, { open: open.concat(emitted), settled: kept });
    },
    EventForgotten: (_, { reported, databases }, { rolloutId, seq }, host) => {
      const { open, settled } = reported.get(rolloutId, host.index);
      if (open.length === 0) return;
      const isSettled = (emitted: Emitted): boolean =>
        emitted.payload.seq === seq && emitted.disk === host.disksLost && isLogged(databases, emitted);
      if (!open.some(isSettled)) return;
      // Not a spread, after which V8 reserves room for 16 more: these lists are kept to the end of the run.
      const rest = open.filter((emitted) => !isSettled(emitted));
      reported.set(rolloutId, host.index, {
        open: rest.length === 0 ? NOTHING.open : rest,
        settled: settled.concat(seq),
      });
    },
    DiskLost: (_, { usedBefore }, _observation, { index, own }) => {
      for (const [rolloutId, { usedSeq }] of own)
        usedBefore.set(rolloutId, index, Math.max(usedSeq, usedBefore.get(rolloutId, index)));
    },
    DatabaseLost: ({ runMs }, state) => {
      state.databases = [...state.databases, { sinceRunMs: runMs, asOfRunMs: null }];
    },
    DatabaseRestored: ({ runMs }, state, { asOfRunMs }) => {
      state.databases = [...state.databases, { sinceRunMs: runMs, asOfRunMs }];
    },
    EventAnswered: ({ broken }, { reported, databases, usedBefore }, { hostname, rolloutId, event, outcome }, host) => {
      // An unknown rollout has no log.
      if (outcome === 'unknown' || MAY_BE_LOST.has(event.type)) return;
      const { open } = reported.get(rolloutId, host.index);
      if (findOfBefore(open, host.disksLost, event) !== undefined) return;
      const emitted = find(open, host.disksLost, event.seq);
      if (emitted === undefined || isLogged(databases, emitted)) return;
      // An event that had the number before the disk was lost arrived after the number was used again.
      if (outcome === 'duplicate' && event.seq <= usedBefore.get(rolloutId, host.index)) return;
      const { type, seq } = emitted.payload;
      broken(
        'log',
        hostname,
        rolloutId,
        `${hostname} reported ${type} ${seq}, which was answered but is not in the event log.`,
      );
    },
  },
  effects: {
    RemoteAppendEventLog: (scene, state, { host, rolloutId, payload }) =>
      append(scene, state, host, rolloutId, payload),
    AppendUnappliedEvent: (scene, state, { host, rolloutId, payload }) =>
      append(scene, state, host, rolloutId, payload),
  },
};

/**
 * Whether the event log in the present database has it. A backup may have been taken before or after an event of the
 * same moment: such an event counts as logged `maybe`, and not `surely`.
 */
function isLogged(databases: readonly Database[], { logged }: Emitted, how: 'maybe' | 'surely' = 'maybe'): boolean {
  let at = databases.length - 1;
  let untilRunMs = Infinity;
  for (;;) {
    const database = databases[at];
    if (database === undefined) return false;
    const isIn = ({ database: index, runMs }: Logged): boolean =>
      index === at && (runMs < untilRunMs || (how === 'maybe' && runMs === untilRunMs));
    if (logged.some(isIn)) return true;
    const { asOfRunMs } = database;
    if (asOfRunMs === null) return false;
    untilRunMs = asOfRunMs;
    at = databases.findLastIndex(({ sinceRunMs }, index) => index < at && sinceRunMs <= asOfRunMs);
  }
}

const find = (open: readonly Emitted[], disk: number, seq: number): Emitted | undefined =>
  open.findLast((emitted) => emitted.payload.seq === seq && emitted.disk === disk);

/** What was emitted before the disk was lost, and may still be in flight. */
const findOfBefore = (open: readonly Emitted[], disk: number, event: OutboundEvent): Emitted | undefined =>
  disk === 0
    ? undefined
    : open.findLast(
        (emitted) => emitted.payload.seq === event.seq && emitted.disk < disk && isSameEvent(emitted.payload, event),
      );

function append(
  { hosts, runMs, broken }: Scene,
  { reported, databases }: State,
  hostname: string,
  rolloutId: string,
  payload: OutboundEvent,
): void {
  const { seq, type } = payload;
  const host = MAY_BE_LOST.has(type) ? null : hosts.find(hostname);
  if (host === null) return;
  const { open, settled } = reported.get(rolloutId, host.index);
  const emitted = findOfBefore(open, host.disksLost, payload) ?? find(open, host.disksLost, seq);
  if (emitted === undefined && settled.includes(seq)) {
    if (databases.length === 1)
      broken('log', hostname, rolloutId, `The event log holds ${type} ${seq} of ${hostname} twice.`);
    return;
  }
  if (emitted === undefined) {
    broken(
      'log',
      hostname,
      rolloutId,
      `The event log says that ${hostname} reported ${type} ${seq}, which it did not.`,
    );
    return;
  }
  if (isLogged(databases, emitted, 'surely'))
    broken('log', hostname, rolloutId, `The event log holds ${type} ${seq} of ${hostname} twice.`);
  const isRight = isSameEvent(emitted.payload, payload);
  // One copy is enough, and the history of the run may keep this one.
  const logged = {
    ...emitted,
    payload: isRight ? payload : emitted.payload,
    logged: [...emitted.logged, { database: databases.length - 1, runMs }],
  };
  reported.set(rolloutId, host.index, { settled, open: open.map((other) => (other === emitted ? logged : other)) });
  if (isRight) return;
  const [own, held] = [JSON.stringify(emitted.payload), JSON.stringify(payload)];
  broken('log', hostname, rolloutId, `${hostname} reported ${own}, but the event log holds ${held}.`);
}

/** Whether both are equal, whatever the order of fields. */
export function isSameEvent(own: OutboundEvent, held: OutboundEvent): boolean {
  if (own === held) return true;
  // The field names of any event; a field that the other lacks is undefined there.
  const fields = Object.keys(own) as readonly (keyof OutboundEvent)[];
  if (fields.length !== Object.keys(held).length) return false;
  for (const field of fields) if (!isSameValue(own[field], held[field])) return false;
  return true;
}

/** Values that both sides only pass on are the same object; others may still be equal. */
function isSameValue(own: unknown, held: unknown): boolean {
  return own === held || (typeof own === 'object' && JSON.stringify(own) === JSON.stringify(held));
}
