import type { OutboundEvent } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** A durable event of an agent. */
interface Emitted {
  payload: OutboundEvent;
  /** The number of the database whose event log holds it; `null` if none does. */
  loggedIn: number | null;
  /** How many disks its host had lost before it. */
  disk: number;
}

/** Probe reports, except the declared set, may be lost in a crash, and are not checked. */
const MAY_BE_LOST: ReadonlySet<OutboundEvent['type']> = new Set([
  'ProbeObservedFirst',
  'ProbeResult',
  'ProbeFailureFirst',
]);

/**
 * The event log contains every answered durable event exactly once, with the same content. Events that no agent emitted
 * are marked as synthesized. A lost database includes its log.
 */
export const completeLog: MakeInvariant = ({ indexOf, broken }) => {
  const emittedBy = new PerHost<readonly Emitted[]>([]);
  /** How many databases were lost. */
  let database = 0;
  /** How many disks each host lost: an agent without its disk uses numbers again that it had used before. */
  const disks: number[] = [];
  const diskOf = (host: number): number => disks[host] ?? 0;
  const find = (rolloutId: string, host: number, seq: number): Emitted | undefined =>
    emittedBy.get(rolloutId, host).findLast(({ payload, disk }) => payload.seq === seq && disk === diskOf(host));
  /** What was emitted before the disk was lost, and may still be in the network. */
  const findOfBefore = (rolloutId: string, host: number, event: OutboundEvent): Emitted | undefined =>
    diskOf(host) === 0
      ? undefined
      : emittedBy
          .get(rolloutId, host)
          .findLast(({ payload, disk }) => payload.seq === event.seq && disk < diskOf(host) && isSame(payload, event));

  const append = (host: string, rolloutId: string, payload: OutboundEvent): void => {
    const { seq, type } = payload;
    if (MAY_BE_LOST.has(type)) return;
    const index = indexOf(host);
    const emitted = findOfBefore(rolloutId, index, payload) ?? find(rolloutId, index, seq);
    if (emitted === undefined) {
      broken('log', host, rolloutId, `The event log says that ${host} reported ${type} ${seq}, which it did not.`);
      return;
    }
    if (emitted.loggedIn === database)
      broken('log', host, rolloutId, `The event log holds ${type} ${seq} of ${host} twice.`);
    emitted.loggedIn = database;
    if (isSame(emitted.payload, payload)) {
      // One copy is enough, and the history of the run may keep this one.
      emitted.payload = payload;
      return;
    }
    const [own, held] = [JSON.stringify(emitted.payload), JSON.stringify(payload)];
    broken('log', host, rolloutId, `${host} reported ${own}, and the event log holds ${held}.`);
  };

  return {
    emitted: ({ index }, { rolloutId, payload, durable }) => {
      if (!durable || MAY_BE_LOST.has(payload.type)) return;
      emittedBy.set(rolloutId, index, [
        ...emittedBy.get(rolloutId, index),
        { payload, loggedIn: null, disk: diskOf(index) },
      ]);
    },
    answered: ({ name, index }, { rolloutId, event }, { outcome }) => {
      if (findOfBefore(rolloutId, index, event) !== undefined) return;
      const { seq } = event;
      const emitted = find(rolloutId, index, seq);
      // An unknown rollout has no log.
      if (emitted === undefined || emitted.loggedIn === database || outcome === 'unknown') return;
      const { type } = emitted.payload;
      broken(
        'log',
        name,
        rolloutId,
        `${name} reported ${type} ${seq}, which was answered and is not in the event log.`,
      );
    },
    effects: {
      RemoteAppendEventLog: ({ host, rolloutId, payload }) => append(host, rolloutId, payload),
      AppendUnappliedEvent: ({ host, rolloutId, payload }) => append(host, rolloutId, payload),
    },
    diskLost: ({ index }) => {
      disks[index] = diskOf(index) + 1;
    },
    databaseLost: () => {
      database += 1;
    },
  };
};

function isSame(own: OutboundEvent, held: OutboundEvent): boolean {
  // Values that both sides only pass on are identical; others may still be equal.
  const fields = Object.keys(own) as readonly (keyof OutboundEvent)[];
  const isPassedOn = fields.length === Object.keys(held).length && fields.every((field) => own[field] === held[field]);
  return isPassedOn || JSON.stringify(own) === JSON.stringify(held);
}
