import { noState, type Judge } from './invariant.ts';

/** A host never runs two switches or rollbacks at once: the second fails on the lock of the first. */
export const oneSwitch: Judge<object> = {
  begin: noState,
  on: {
    WorkStarted: ({ broken }, _, { work: { kind, rolloutId } }, { name, work }) => {
      if (work === null) return;
      broken(
        'one switch',
        name,
        rolloutId,
        `${name} starts the ${kind} of ${rolloutId} while its ${work.kind} of ${work.rolloutId} still runs.`,
      );
    },
  },
};
