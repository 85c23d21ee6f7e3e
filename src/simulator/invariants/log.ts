import type { OutboundEvent } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** A durable event of an agent. */
interface Emitted {
  readonly payload: OutboundEvent;
  /** The event log holds it. */
  isLogged: boolean;
}

/** What a probe reports, all but the declared set, may be lost in a crash, and is not looked at. */
const MAY_BE_LOST: ReadonlySet<OutboundEvent['type']> = new Set([
  'ProbeObservedFirst',
  'ProbeResult',
  'ProbeFailureFirst',
]);

/**
 * The event log holds every event that an agent emitted durably and that was answered, once, with its own content; and
 * whatever no agent emitted is marked as made up. A lost database takes its log with it.
 */
export const completeLog: MakeInvariant = ({ indexOf, broken }) => {
  /** By number. */
  const emittedBy = new PerHost<ReadonlyMap<number, Emitted> | null>(null);
  const all: Emitted[] = [];

  const append = (host: string, rolloutId: string, payload: OutboundEvent): void => {
    const { seq, type } = payload;
    if (MAY_BE_LOST.has(type)) return;
    const emitted = emittedBy.get(rolloutId, indexOf(host))?.get(seq);
    if (emitted === undefined) {
      broken('log', host, rolloutId, `The event log says that ${host} reported ${type} ${seq}, which it did not.`);
      return;
    }
    if (emitted.isLogged) broken('log', host, rolloutId, `The event log holds ${type} ${seq} of ${host} twice.`);
    emitted.isLogged = true;
    const [own, held] = [JSON.stringify(emitted.payload), JSON.stringify(payload)];
    if (own === held) return;
    broken('log', host, rolloutId, `${host} reported ${own}, and the event log holds ${held}.`);
  };

  return {
    emitted: ({ index }, { rolloutId, payload, durable }) => {
      if (!durable || MAY_BE_LOST.has(payload.type)) return;
      const emitted = { payload, isLogged: false };
      all.push(emitted);
      emittedBy.set(rolloutId, index, new Map(emittedBy.get(rolloutId, index)).set(payload.seq, emitted));
    },
    answered: ({ name, index }, { rolloutId, event: { seq } }, { outcome }) => {
      const emitted = emittedBy.get(rolloutId, index)?.get(seq);
      // A rollout that is not known has no log.
      if (emitted === undefined || emitted.isLogged || outcome === 'unknown') return;
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
    databaseLost: () => {
      for (const emitted of all) emitted.isLogged = false;
    },
  };
};
