import { useCallback, useEffect, useRef } from 'react';
import { isBad } from '../../film/looks.ts';
import type { CellLayout } from '../../film/pack-cells.ts';
import type { PaintCells } from './cells-view.tsx';
import { changedHosts, drawCells, drawRings, placeOfHost, sizeOfCell, type Waves } from './draw-cells.ts';
import type { Colours } from './colours.ts';

/** The current contents of the canvas. */
interface Drawn {
  readonly waves: Waves;
  readonly layout: CellLayout;
  readonly colours: Colours;
  readonly looks: Uint8Array;
  readonly matching: Uint8Array | null;
}

/** When each flashing host began to flash, and for how long. */
type Flashes = Map<number, { readonly from: number; readonly lasts: number }>;

/** A changed cell flashes and settles in this time. A failure takes longer. */
const FLASH_MS = 240;
const BAD_FLASH_MS = 600;
/** More changes at once are a jump, which does not flash. */
const MOST_FLASHES = 1_500;

/** Up to this share, cells are cleared one by one. */
const MOST_CLEARED = 1 / 8;

/** Draws each host in the colour of its look. Hosts that do not match fade, and those that change flash. */
export function useCellPainter(
  waves: Waves,
  looks: Uint8Array,
  matching: Uint8Array | null,
  colours: Colours,
): PaintCells {
  const drawn = useRef<Drawn | null>(null);
  const flashes = useRef<Flashes>(new Map());
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(
    (context, above, layout) => {
      const last = drawn.current;
      const isSame =
        last !== null &&
        last.waves === waves &&
        last.layout === layout &&
        last.colours === colours &&
        last.matching === matching;
      // The result of a filter by state changes with the states.
      const changed = changedHosts(looks, isSame ? last.looks : null);
      const count = changed.reduce((sum, hosts) => sum + hosts.length, 0);
      // Above some share, redrawing everything is faster than clearing each changed cell.
      const isFresh = !isSame || count > looks.length * MOST_CLEARED;
      const cells = isFresh && isSame ? changedHosts(looks, null) : changed;
      drawCells(context, waves, layout, cells, matching, colours, isFresh);
      drawn.current = { waves, layout, colours, looks, matching };
      if (!isFresh && count === 0) return;
      if (!isSame || count > MOST_FLASHES || !hasMotion()) flashes.current.clear();
      else note(flashes.current, changed);
      cancelAnimationFrame(frame.current);
      const drawAbove = (now: number) => {
        above.clearRect(0, 0, above.canvas.width, above.canvas.height);
        drawRings(above, waves, layout, looks, matching, colours);
        drawFlashes(above, waves, layout, flashes.current, colours, now);
        if (flashes.current.size > 0) frame.current = requestAnimationFrame(drawAbove);
      };
      drawAbove(performance.now());
    },
    [waves, looks, matching, colours],
  );
}

const hasMotion = (): boolean => !matchMedia('(prefers-reduced-motion: reduce)').matches;

function note(flashes: Flashes, changed: readonly (readonly number[])[]): void {
  const from = performance.now();
  for (const [look, hosts] of changed.entries()) {
    for (const host of hosts) flashes.set(host, { from, lasts: isBad(look) ? BAD_FLASH_MS : FLASH_MS });
  }
  // A map keeps its insertion order, so the oldest go first.
  for (const host of flashes.keys()) {
    if (flashes.size <= MOST_FLASHES) return;
    flashes.delete(host);
  }
}

function drawFlashes(
  context: CanvasRenderingContext2D,
  waves: Waves,
  layout: CellLayout,
  flashes: Flashes,
  colours: Colours,
  now: number,
): void {
  const size = sizeOfCell(layout);
  context.fillStyle = colours.flash;
  for (const [host, { from, lasts }] of flashes) {
    const left = 1 - (now - from) / lasts;
    if (left <= 0) {
      flashes.delete(host);
      continue;
    }
    const { x, y } = placeOfHost(waves, layout, host);
    context.globalAlpha = Math.min(1, left * left);
    context.fillRect(x, y, size, size);
  }
  context.globalAlpha = 1;
}
