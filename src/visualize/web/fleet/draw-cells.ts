import { cornerOf, type CellLayout } from '../../film/pack-cells.ts';
import { NOT_STARTED, isBad, looks as allLooks } from '../../film/looks.ts';
import { lookOf } from '../../palette.ts';
import type { FilmLane } from '../../film/film-of-run.ts';
import type { Colours } from './use-colours.ts';

const LEAST_CELL_WITH_GLYPH = 16;
const LEAST_CELL_WITH_GAP = 4;
/** A smaller cell that has not started is faint: a border would be all of it. */
const LEAST_HOLLOW_CELL = 8;
/** A bad cell smaller than this has a ring, so that its meaning does not rest on its colour. */
const LEAST_CELL_WITHOUT_RING = 16;

/** How much of a host that is not looked at is left. */
const FADED = 0.2;

/**
 * Draws the cells, colour by colour, because changing the colour is what costs. Where `before` says what the canvas shows
 * already, only the cells that differ are drawn.
 */
export function drawCells(
  context: CanvasRenderingContext2D,
  waves: readonly FilmLane[],
  layout: CellLayout,
  looks: Uint8Array,
  matching: Uint8Array | null,
  colours: Colours,
  before: Uint8Array | null,
): void {
  const { cell } = layout;
  // Rings reach beyond their cell, so what lies under one that goes is drawn again.
  const ringsMoved = before !== null && looks.some((look, host) => isBad(look) !== isBad(before[host] ?? 0));
  const known = ringsMoved && cell < LEAST_CELL_WITHOUT_RING ? null : before;
  if (known === null) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const size = cell >= LEAST_CELL_WITH_GAP ? cell - Math.max(1, Math.min(2, cell / 8)) : cell;
  const bad: { x: number; y: number }[] = [];
  for (const look of allLooks.keys()) {
    context.fillStyle = colours.fills[look] ?? '';
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    for (const [index, { firstHost, hosts }] of waves.entries()) {
      for (let at = 0; at < hosts; at += 1) {
        const host = firstHost + at;
        if (looks[host] !== look || known?.[host] === look) continue;
        const { x, y } = cornerOf(layout, index, at);
        const isFaded = matching !== null && matching[host] === 0;
        if (isFaded) context.globalAlpha = FADED;
        if (known !== null) context.clearRect(x, y, size, size);
        if (look !== NOT_STARTED) context.fillRect(x, y, size, size);
        else if (cell >= LEAST_HOLLOW_CELL) context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
        else drawFaint(context, x, y, size, colours);
        if (isFaded) {
          context.globalAlpha = 1;
          continue;
        }
        if (isBad(look)) bad.push({ x, y });
        if (cell >= LEAST_CELL_WITH_GLYPH && look !== NOT_STARTED) drawGlyph(context, look, x, y, size, colours);
      }
    }
  }
  if (cell >= LEAST_CELL_WITHOUT_RING) return;
  context.strokeStyle = colours.text;
  context.lineWidth = cell < 5 ? 1.5 : 2;
  for (const { x, y } of bad) context.strokeRect(x - 1.5, y - 1.5, size + 3, size + 3);
}

function drawFaint(context: CanvasRenderingContext2D, x: number, y: number, size: number, colours: Colours): void {
  context.fillStyle = colours.border;
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha / 2;
  context.fillRect(x, y, size, size);
  context.globalAlpha = alpha;
}

/** In a cell that is large enough, the sign that says without colour what the colour says. */
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
