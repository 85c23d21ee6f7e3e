import type { Judge } from './invariant.ts';

interface State {
  /** Events that were answered as a conflict and have not left their outbox. */
  readonly conflicts: Set<string>;
}

/** The control plane refuses conflicts, and nothing else (specification: wire, "Answers"). */
export const answers: Judge<State> = {
  begin: () => ({ conflicts: new Set() }),
  on: {
    EventAnswered: (_, { conflicts }, { hostname, rolloutId, event, outcome }) => {
      if (outcome === 'conflict') conflicts.add(`${rolloutId} ${hostname} ${event.seq}`);
    },
    EventsDelivered: ({ broken }, { conflicts }, { hostname, rolloutId, events }) => {
      for (const { seq, outcome } of events) {
        if (outcome === 'not-delivered') continue;
        const isConflict = conflicts.delete(`${rolloutId} ${hostname} ${seq}`);
        if (outcome === 'refused' && !isConflict)
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} was refused, and is no conflict.`);
        if (outcome === 'accepted' && isConflict)
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} is a conflict, and was not refused.`);
      }
    },
  },
};
