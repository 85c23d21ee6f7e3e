import type { Judge } from './invariant.ts';

interface State {
  /** The rollout in which a host has converged in this turn of the control plane. */
  touched: string | null;
}

/** A rollout is Terminal exactly when all of its hosts have converged. */
export const terminal: Judge<State> = {
  begin: () => ({ touched: null }),
  on: {
    ControlPlaneIdle: ({ ledger, broken }, state) => {
      const book = state.touched === null ? undefined : ledger.books.get(state.touched);
      state.touched = null;
      if (book === undefined || book.converged < book.states.length) return;
      // A host that a backup has as Reverted was dispatched again since, and has converged.
      if (book.isRebuilt && (book.state === 'Failed' || book.state === 'Reverted')) return;
      if (book.state === 'Terminal' || book.state === 'Superseded' || book.state === 'Pruned') return;
      broken('terminal', null, book.rolloutId, `Every host of ${book.rolloutId} converged, but it is ${book.state}.`);
    },
  },
  effects: {
    RecordTransition: (_, state, { rolloutId, to }) => {
      if (to === 'Converged') state.touched = rolloutId;
    },
    RecordRolloutTransition: ({ ledger, broken }, _, { rolloutId, to }) => {
      const book = ledger.books.get(rolloutId);
      if (to !== 'Terminal' || book === undefined || book.converged === book.states.length) return;
      broken(
        'terminal',
        null,
        rolloutId,
        `${rolloutId} is Terminal with ${book.converged} of ${book.states.length} hosts converged.`,
      );
    },
  },
};
