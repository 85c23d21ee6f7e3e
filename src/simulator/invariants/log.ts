import type { OutboundEvent } from '../../machine/index.ts';
import { MAY_BE_LOST } from './durable.ts';
import type { Judge, Scene } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** A durable event that its agent may still send. */
interface Emitted {
  readonly payload: OutboundEvent;
  /** The number of the database whose event log holds it; `null` if none does. */
  readonly loggedIn: number | null;
  readonly loggedRunMs: number;
  /** How many disks its host had lost before it. */
  readonly disk: number;
}

/** The durable events of a host in one rollout. */
interface Reported {
  readonly open: readonly Emitted[];
  /** The numbers of those that the host's present disk has forgotten; the log held them before. */
  readonly settled: readonly number[];
}

interface State {
  readonly reported: PerHost<Reported>;
}

const NOTHING: Reported = { open: [], settled: [] };

/**
 * The event log contains every answered durable event exactly once, with the same content. Events that no agent emitted
 * are marked as synthesized. A lost database includes its log.
 */
export const completeLog: Judge<State> = {
  begin: () => ({ reported: new PerHost(NOTHING) }),
  on: {
    EventEmitted: (_, { reported }, { rolloutId, event, durable }, host) => {
      if (!durable || MAY_BE_LOST.has(event.type)) return;
      const { open, settled } = reported.get(rolloutId, host.index);
      const emitted = { payload: event, loggedIn: null, loggedRunMs: 0, disk: host.disksLost };
      // An agent without its disk uses numbers again that it had used before.
      const kept = settled.includes(event.seq) ? settled.filter((seq) => seq !== event.seq) : settled;
      reported.set(rolloutId, host.index, { open: open.concat(emitted), settled: kept });
    },
    EventForgotten: ({ ledger }, { reported }, { rolloutId, seq }, host) => {
      const { open, settled } = reported.get(rolloutId, host.index);
      if (open.length === 0) return;
      const isSettled = ({ payload, loggedIn, disk }: Emitted): boolean =>
        payload.seq === seq && disk === host.disksLost && loggedIn === ledger.databasesLost;
      if (!open.some(isSettled)) return;
      // `concat` and not a spread, after which V8 leaves room for 16 more: these lists are kept to the end of the run.
      const rest = open.filter((emitted) => !isSettled(emitted));
      reported.set(rolloutId, host.index, {
        open: rest.length === 0 ? NOTHING.open : rest,
        settled: settled.concat(seq),
      });
    },
    DatabaseRestored: ({ hosts, ledger }, { reported }, { asOfRunMs }) => {
      // What was in the log by then still is.
      const isKept = ({ loggedIn, loggedRunMs }: Emitted): boolean =>
        loggedIn === ledger.databasesLost && loggedRunMs <= asOfRunMs;
      for (const { index } of hosts.all) {
        for (const [rolloutId, { open, settled }] of reported.of(index)) {
          const restored = open.map((emitted) =>
            isKept(emitted) ? { ...emitted, loggedIn: ledger.databasesLost + 1 } : emitted,
          );
          reported.set(rolloutId, index, { open: restored, settled });
        }
      }
    },
    EventAnswered: ({ ledger, broken }, { reported }, { hostname, rolloutId, event, outcome }, host) => {
      // An unknown rollout has no log.
      if (outcome === 'unknown' || MAY_BE_LOST.has(event.type)) return;
      const { open } = reported.get(rolloutId, host.index);
      if (findOfBefore(open, host.disksLost, event) !== undefined) return;
      const emitted = find(open, host.disksLost, event.seq);
      if (emitted === undefined || emitted.loggedIn === ledger.databasesLost) return;
      const { type, seq } = emitted.payload;
      broken(
        'log',
        hostname,
        rolloutId,
        `${hostname} reported ${type} ${seq}, which was answered and is not in the event log.`,
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

const find = (open: readonly Emitted[], disk: number, seq: number): Emitted | undefined =>
  open.findLast((emitted) => emitted.payload.seq === seq && emitted.disk === disk);

/** What was emitted before the disk was lost, and may still be in the network. */
const findOfBefore = (open: readonly Emitted[], disk: number, event: OutboundEvent): Emitted | undefined =>
  disk === 0
    ? undefined
    : open.findLast(
        (emitted) => emitted.payload.seq === event.seq && emitted.disk < disk && isSameEvent(emitted.payload, event),
      );

function append(
  { hosts, ledger, runMs, broken }: Scene,
  { reported }: State,
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
    if (ledger.databasesLost === 0)
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
  if (emitted.loggedIn === ledger.databasesLost)
    broken('log', hostname, rolloutId, `The event log holds ${type} ${seq} of ${hostname} twice.`);
  const isRight = isSameEvent(emitted.payload, payload);
  // One copy is enough, and the history of the run may keep this one.
  const logged = {
    ...emitted,
    payload: isRight ? payload : emitted.payload,
    loggedIn: ledger.databasesLost,
    loggedRunMs: runMs,
  };
  reported.set(rolloutId, host.index, { settled, open: open.map((other) => (other === emitted ? logged : other)) });
  if (isRight) return;
  const [own, held] = [JSON.stringify(emitted.payload), JSON.stringify(payload)];
  broken('log', hostname, rolloutId, `${hostname} reported ${own}, and the event log holds ${held}.`);
}

/** Whether both say the same, in whatever order of fields. */
export function isSameEvent(own: OutboundEvent, held: OutboundEvent): boolean {
  if (own === held) return true;
  // The names of the fields of any event; one that the other does not have is undefined there.
  const fields = Object.keys(own) as readonly (keyof OutboundEvent)[];
  return fields.length === Object.keys(held).length && fields.every((field) => isSameValue(own[field], held[field]));
}

/** Values that both sides only pass on are identical; others may still be equal. */
function isSameValue(own: unknown, held: unknown): boolean {
  return own === held || (typeof own === 'object' && JSON.stringify(own) === JSON.stringify(held));
}
