import { hostStates } from '../../../machine/index.ts';
import { tints, type Theme } from '../../chart-style.ts';
import { looks } from '../../film/looks.ts';
import { inkOn, lookOf } from '../../palette.ts';

/** The colours of canvases in the current theme. */
export interface Colours {
  /** By look. A host that has not started has only a border. */
  readonly fills: readonly string[];
  readonly inks: readonly string[];
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly card: string;
  readonly bad: string;
  /** The outline of a newly changed cell. */
  readonly flash: string;
}

/** The colours of a theme, for drawing without a page. */
export function coloursOf(theme: Theme): Colours {
  const fillOf = (look: number) => (look === 0 ? '' : lookOf(hostStates[look - 1] ?? '')[theme].fill);
  const fills = looks.map((_, look) => fillOf(look));
  const { border, text, muted, card } = tints[theme];
  return {
    fills,
    inks: fills.map((fill) => (fill === '' ? '' : inkOn(fill))),
    border,
    text,
    muted,
    card,
    bad: lookOf('Failed')[theme].fill,
    flash: card,
  };
}
