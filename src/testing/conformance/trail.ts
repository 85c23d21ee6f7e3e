import type { Exercise } from './exercise.ts';

/** The events of a path up to this one, each with its state. */
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

const MAX_SHOWN = 12;

/** The end of a trail, with its last event marked. */
export function trailLines(trail: readonly string[]): readonly string[] {
  const left = trail.length - MAX_SHOWN;
  const shown = left > 0 ? [`(${left} events before)`, ...trail.slice(left)] : trail;
  return shown.map((event, position) => `${position === shown.length - 1 ? '>' : ' '} ${event}`);
}

export const trailLength = ({ within }: Exercise): number => (within === null ? 1 : within.index + 1);
