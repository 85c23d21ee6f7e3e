import { hostStates, type HostState } from '../../machine/index.ts';

/** What a cell of the fleet shows. A host never dispatched is not shown as Pending. */
export type Look = 'not started' | HostState;

/** Every look, by its number in a film's arrays. */
export const looks: readonly Look[] = ['not started', ...hostStates];

export const NOT_STARTED = 0;

export const lookOfState = (state: HostState): number => looks.indexOf(state);

/** From top to bottom in a lane of the river. What needs attention is at the top. */
export const worstFirst: readonly number[] = (
  ['Failed', 'Reverted', 'Deferred', 'Activating', 'Pending', 'Soaking', 'Converged', 'not started'] as const
).map((look) => looks.indexOf(look));

/** How many hosts have each look. */
export function countLooks(shown: Uint8Array): readonly number[] {
  const counts = looks.map(() => 0);
  for (const look of shown) counts[look] = (counts[look] ?? 0) + 1;
  return counts;
}

/** Looks that must be visible even for one of ten thousand hosts. */
export const isBad = (look: number): boolean => looks[look] === 'Failed' || looks[look] === 'Reverted';
