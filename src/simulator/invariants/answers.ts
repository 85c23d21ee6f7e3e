import type { OutboundEvent } from '../../machine/index.ts';
import type { Judge } from './invariant.ts';

interface State {
  /** Events that were answered as a conflict and have not left their outbox: at each arrival, or at one of them. */
  readonly conflicts: Map<string, 'always' | 'once'>;
  /** What was logged last, until its event is answered. */
  logged: OutboundEvent | null;
}

/** The control plane refuses conflicts, and nothing else, and logs what it accepts as it came (specification: wire, "Answers"). */
export const answers: Judge<State> = {
  begin: () => ({ conflicts: new Map(), logged: null }),
  on: {
    EventAnswered: ({ broken }, state, { hostname, rolloutId, event, outcome }) => {
      const { conflicts, logged } = state;
      state.logged = null;
      if (outcome === 'accepted' && (logged === null || !isSame(logged, event)))
        broken(
          'answers',
          hostname,
          rolloutId,
          `${event.type} ${event.seq} of ${hostname} was accepted and not logged as it is.`,
        );
      const key = `${rolloutId} ${hostname} ${event.seq}`;
      if (outcome === 'conflict') conflicts.set(key, 'always');
      else if (conflicts.has(key)) conflicts.set(key, 'once');
    },
    EventsDelivered: ({ broken }, { conflicts }, { hostname, rolloutId, events }) => {
      for (const { seq, outcome } of events) {
        if (outcome === 'not-delivered') continue;
        const key = `${rolloutId} ${hostname} ${seq}`;
        const conflict = conflicts.get(key);
        conflicts.delete(key);
        if (outcome === 'refused' && conflict === undefined)
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} was refused, and is no conflict.`);
        if (outcome === 'accepted' && conflict === 'always')
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} is a conflict, and was not refused.`);
      }
    },
  },
  effects: {
    RemoteAppendEventLog: (_, state, { payload }) => {
      state.logged = payload;
    },
  },
};

function isSame(a: OutboundEvent, b: OutboundEvent): boolean {
  if (a === b) return true;
  const fields = Object.entries(b);
  const others = new Map<string, unknown>(Object.entries(a));
  return (
    fields.length === others.size &&
    fields.every(([name, value]: [string, unknown]) => {
      const other = others.get(name);
      return other === value || (typeof value === 'object' && JSON.stringify(other) === JSON.stringify(value));
    })
  );
}
