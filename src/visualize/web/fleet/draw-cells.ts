import type { CellOrder } from '../../film/cell-order.ts';
import { elementAt } from '../../film/film.ts';
import type { FilmOfRun } from '../../film/film-of-run.ts';
import { NOT_STARTED, isBad, looks as allLooks } from '../../film/looks.ts';
import { cornerOf, type CellLayout } from '../../film/pack-cells.ts';
import { lookOf } from '../../palette.ts';
import type { Colours } from './colours.ts';

const LEAST_CELL_WITH_GLYPH = 16;
const LEAST_CELL_WITH_GAP = 4;
/** A smaller cell that has not started is drawn faint, because a border would fill it. */
const LEAST_HOLLOW_CELL = 8;
/** A bad cell smaller than this has a ring, so that its meaning does not depend on colour. */
const LEAST_CELL_WITHOUT_RING = 16;
/** The opacity of hosts out of focus. */
const FADED = 0.2;

/** Which host is in which wave, and how the cells of a wave are sorted; `null` for the order of the run file. */
export type Waves = Pick<FilmOfRun, 'lanes' | 'laneOf'> & { readonly order: CellOrder | null };

/** The side of the coloured part of a cell. */
export const sizeOfCell = ({ cell }: CellLayout): number =>
  cell >= LEAST_CELL_WITH_GAP ? Math.floor(cell - Math.max(1, Math.min(2, cell / 8))) : cell;

/** The position of a host's cell. With gaps, in whole pixels, so that clearing it leaves no edge behind. */
export function placeOfHost(
  { lanes, laneOf, order }: Waves,
  layout: CellLayout,
  host: number,
): { x: number; y: number } {
  const lane = elementAt(laneOf, host);
  const corner = cornerOf(layout, lane, (order?.placeOf[host] ?? host) - (lanes[lane]?.firstHost ?? 0));
  return layout.cell >= LEAST_CELL_WITH_GAP ? { x: Math.round(corner.x), y: Math.round(corner.y) } : corner;
}

/** The hosts whose look has changed, by look; all of them if nothing was drawn before. */
export function changedHosts(looks: Uint8Array, before: Uint8Array | null): readonly (readonly number[])[] {
  const changed: number[][] = allLooks.map(() => []);
  for (let host = 0; host < looks.length; host += 1) {
    const look = elementAt(looks, host);
    if (before === null || before[host] !== look) changed[look]?.push(host);
  }
  return changed;
}

/** Draws changed cells colour by colour, because changing the colour is expensive. */
export function drawCells(
  context: CanvasRenderingContext2D,
  waves: Waves,
  layout: CellLayout,
  changed: readonly (readonly number[])[],
  matching: Uint8Array | null,
  colours: Colours,
  isFresh: boolean,
): void {
  const { cell } = layout;
  if (isFresh) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const size = sizeOfCell(layout);
  for (const [look, hosts] of changed.entries()) {
    context.fillStyle = colours.fills[look] ?? '';
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    for (const host of hosts) {
      const { x, y } = placeOfHost(waves, layout, host);
      const isFaded = matching !== null && matching[host] === 0;
      if (!isFresh) context.clearRect(x, y, size, size);
      if (isFaded) context.globalAlpha = FADED;
      if (look !== NOT_STARTED) context.fillRect(x, y, size, size);
      else if (cell >= LEAST_HOLLOW_CELL) context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
      else drawFaint(context, x, y, size, colours);
      if (isFaded) context.globalAlpha = 1;
      else if (cell >= LEAST_CELL_WITH_GLYPH && look !== NOT_STARTED) drawGlyph(context, look, x, y, size, colours);
    }
  }
}

/** Rings around small bad cells, on a separate canvas because they overlap their neighbours. */
export function drawRings(
  context: CanvasRenderingContext2D,
  waves: Waves,
  layout: CellLayout,
  looks: Uint8Array,
  matching: Uint8Array | null,
  colours: Colours,
): void {
  if (layout.cell >= LEAST_CELL_WITHOUT_RING) return;
  const size = sizeOfCell(layout);
  context.strokeStyle = colours.text;
  context.lineWidth = layout.cell < 5 ? 1.5 : 2;
  for (let host = 0; host < looks.length; host += 1) {
    if (!isBad(elementAt(looks, host)) || matching?.[host] === 0) continue;
    const { x, y } = placeOfHost(waves, layout, host);
    context.strokeRect(x - 1.5, y - 1.5, size + 3, size + 3);
  }
}

function drawFaint(context: CanvasRenderingContext2D, x: number, y: number, size: number, colours: Colours): void {
  context.fillStyle = colours.border;
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha / 2;
  context.fillRect(x, y, size, size);
  context.globalAlpha = alpha;
}

/** In a large enough cell, the glyph that shows the state without colour. */
function drawGlyph(
  context: CanvasRenderingContext2D,
  look: number,
  x: number,
  y: number,
  size: number,
  colours: Colours,
): void {
  const fill = context.fillStyle;
  context.fillStyle = colours.inks[look] ?? '';
  context.font = `700 ${Math.round(size * 0.55)}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(lookOf(allLooks[look] ?? '').glyph, x + size / 2, y + size / 2);
  context.fillStyle = fill;
}
