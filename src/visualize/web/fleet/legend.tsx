import { stateOfLook } from '../../film/film-of-run.ts';
import { looks } from '../../film/looks.ts';
import { lookOf } from '../../palette.ts';

/** How many hosts are in each state, by look. */
export const Legend = ({ counts }: { readonly counts: readonly number[] }) => (
  <ul className="legend" data-testid="counts">
    {looks.map((look, index) => (
      <li key={look} data-state={look} data-count={counts[index]}>
        <Swatch look={index} /> {stateOfLook(index)} <strong>{(counts[index] ?? 0).toLocaleString('en')}</strong>
      </li>
    ))}
  </ul>
);

function Swatch({ look }: { readonly look: number }) {
  const state = stateOfLook(look);
  if (look === 0) return <span aria-hidden="true" className="swatch is-hollow" />;
  return (
    <span
      aria-hidden="true"
      className="swatch"
      style={{ background: `var(--fill-${state})`, color: `var(--ink-${state})` }}
    >
      {lookOf(state).glyph}
    </span>
  );
}
