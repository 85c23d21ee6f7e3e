import type { Exercise } from './exercise.ts';

/** The events of a path up to this one, with the state that each was met in. */
export function trailOf({ within, place }: Exercise): readonly string[] {
  if (within === null) return [place];
  const { path, index } = within;
  let state = path.start.state;
  return path.steps.slice(0, index + 1).map(({ event, note, expected }) => {
    const from = state;
    if (expected.ok) state = expected.state.state;
    const what = `${from}: ${event.type}${note === null ? '' : ` (${note})`}`;
    return expected.ok ? what : `${what}, refused`;
  });
}

export const trailLength = ({ within }: Exercise): number => (within === null ? 1 : within.index + 1);
