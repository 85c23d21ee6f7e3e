import { stateOfLook } from '../../film/film-of-run.ts';
import { looks } from '../../film/looks.ts';
import { lookOf } from '../../palette.ts';

interface Props {
  /** By look. */
  readonly counts: readonly number[];
  /** Those of a second run. */
  readonly countsB: readonly number[] | null;
}

/** How many hosts are in each state; for two runs, one number where they agree. */
export const Legend = ({ counts, countsB }: Props) => (
  <ul className="legend" data-testid="counts">
    {looks.map((look, index) => (
      <li key={look} data-state={look} data-count={counts[index]}>
        <Swatch look={index} /> {stateOfLook(index)}{' '}
        {countsB === null || countsB[index] === counts[index] ? (
          <strong>{numberAt(counts, index)}</strong>
        ) : (
          <>
            A <strong>{numberAt(counts, index)}</strong> B <strong>{numberAt(countsB, index)}</strong>
          </>
        )}
      </li>
    ))}
  </ul>
);

const numberAt = (counts: readonly number[], look: number): string => (counts[look] ?? 0).toLocaleString('en');

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
