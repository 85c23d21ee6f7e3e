import { lookOf } from '../palette.ts';

/** The name of a state, with its colour and glyph. */
export const StateBadge = ({ state }: { readonly state: string }) => (
  <span className="state-badge" style={{ ['--tone' as string]: `var(--state-${state})` }}>
    <span aria-hidden="true">{lookOf(state).glyph}</span> {state}
  </span>
);
