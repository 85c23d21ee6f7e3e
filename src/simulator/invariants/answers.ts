import type { SentEvent } from '../../agent/index.ts';
import type { OutboundEvent } from '../../machine/index.ts';
import type { Judge } from './invariant.ts';
import { isSameEvent } from './log.ts';
import { PerHost } from './per-host.ts';

interface State {
  /** By number, the events that were answered as a conflict and are in their outbox: at each arrival, or at one of them. */
  readonly conflicts: PerHost<ReadonlyMap<number, 'always' | 'once'>>;
  /** What was logged last, until its event is answered. */
  logged: OutboundEvent | null;
}

const NONE: ReadonlyMap<number, 'always' | 'once'> = new Map();

/** The control plane refuses conflicts, and nothing else, and logs what it accepts as it came (specification: wire, "Answers"). */
export const answers: Judge<State> = {
  begin: () => ({ conflicts: new PerHost(NONE), logged: null }),
  on: {
    EventAnswered: ({ broken }, state, { hostname, rolloutId, event, outcome }, { index }) => {
      const { conflicts, logged } = state;
      state.logged = null;
      if (outcome === 'accepted' && (logged === null || !isSameEvent(logged, event)))
        broken(
          'answers',
          hostname,
          rolloutId,
          `${event.type} ${event.seq} of ${hostname} was accepted and not logged as it is.`,
        );
      const known = conflicts.get(rolloutId, index);
      if (outcome === 'conflict') conflicts.set(rolloutId, index, new Map(known).set(event.seq, 'always'));
      else if (known.has(event.seq)) conflicts.set(rolloutId, index, new Map(known).set(event.seq, 'once'));
    },
    EventsDelivered: ({ broken }, { conflicts }, { hostname, rolloutId, events }, { index }) => {
      const known = conflicts.get(rolloutId, index);
      for (const { seq, outcome } of events) {
        if (outcome === 'not-delivered') continue;
        const conflict = known.get(seq);
        if (outcome === 'refused' && conflict === undefined)
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} was refused, and is no conflict.`);
        if (outcome === 'accepted' && conflict === 'always')
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} is a conflict, and was not refused.`);
      }
      if (known.size > 0) conflicts.set(rolloutId, index, without(known, events));
    },
  },
  effects: {
    RemoteAppendEventLog: (_, state, { payload }) => {
      state.logged = payload;
    },
  },
};

/** What is left when these events have left their outbox. */
function without<Value>(known: ReadonlyMap<number, Value>, events: readonly SentEvent[]): ReadonlyMap<number, Value> {
  const left = new Map(known);
  for (const { seq, outcome } of events) if (outcome !== 'not-delivered') left.delete(seq);
  return left;
}
