import { useCallback, useRef } from 'react';
import type { FilmLane } from '../../film/film-of-run.ts';
import type { CellLayout } from '../../film/pack-cells.ts';
import type { PaintCells } from './cells-view.tsx';
import { drawPairs, type PairLooks } from './draw-pairs.ts';
import type { Colours } from './colours.ts';

/** What the canvas shows. */
interface Drawn {
  readonly layout: CellLayout;
  readonly colours: Colours;
  readonly looks: PairLooks;
  readonly alpha: number;
}

const AGREEING = 0.3;
const HARDLY_SEEN = 0.06;

/** Draws a cell for each pair of hosts. */
export function usePairPainter(
  lanes: readonly FilmLane[],
  looks: PairLooks,
  isDifferencesOnly: boolean,
  colours: Colours,
): PaintCells {
  const drawn = useRef<Drawn | null>(null);
  return useCallback(
    (context, _above, layout) => {
      const alpha = isDifferencesOnly ? HARDLY_SEEN : AGREEING;
      const last = drawn.current;
      const isSame = last?.layout === layout && last.colours === colours && last.alpha === alpha;
      drawPairs(context, lanes, layout, looks, alpha, colours, isSame ? last.looks : null);
      drawn.current = { layout, colours, looks, alpha };
    },
    [lanes, looks, isDifferencesOnly, colours],
  );
}
