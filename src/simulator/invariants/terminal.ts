import type { RolloutBook } from '../ledger.ts';
import type { MakeInvariant } from './invariant.ts';

/** A rollout is Terminal exactly when all of its hosts have converged. */
export const terminal: MakeInvariant = ({ ledger, broken }) => {
  let touched: RolloutBook | null = null;
  return {
    effects: {
      RecordTransition: ({ rolloutId, to }) => {
        if (to === 'Converged') touched = ledger.books.get(rolloutId) ?? null;
      },
      RecordRolloutTransition: ({ rolloutId, to }) => {
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
    turnEnded: () => {
      if (touched === null) return;
      const { converged, states, state, rolloutId } = touched;
      touched = null;
      if (converged < states.length || state === 'Terminal' || state === 'Superseded' || state === 'Pruned') return;
      broken('terminal', null, rolloutId, `Every host of ${rolloutId} converged, and it is ${state}.`);
    },
  };
};
