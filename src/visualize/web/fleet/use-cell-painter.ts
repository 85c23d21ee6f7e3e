import { useCallback, useRef } from 'react';
import type { FilmLane } from '../../film/film-of-run.ts';
import type { CellLayout } from '../../film/pack-cells.ts';
import type { PaintCells } from './cells-view.tsx';
import { drawCells } from './draw-cells.ts';
import type { Colours } from './use-colours.ts';

/** What the canvas shows. */
interface Drawn {
  readonly layout: CellLayout;
  readonly colours: Colours;
  readonly looks: Uint8Array;
  readonly matching: Uint8Array | null;
}

/** Draws each host in the colour of its look; those that do not match fade. */
export function useCellPainter(
  lanes: readonly FilmLane[],
  looks: Uint8Array,
  matching: Uint8Array | null,
  colours: Colours,
): PaintCells {
  const drawn = useRef<Drawn | null>(null);
  return useCallback(
    (context, layout) => {
      const last = drawn.current;
      const isSame =
        last !== null &&
        last.layout === layout &&
        last.colours === colours &&
        last.matching === null &&
        matching === null;
      drawCells(context, lanes, layout, looks, matching, colours, isSame ? last.looks : null);
      drawn.current = { layout, colours, looks, matching };
    },
    [lanes, looks, matching, colours],
  );
}
