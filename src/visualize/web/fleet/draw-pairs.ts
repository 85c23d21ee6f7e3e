import type { CellLayout } from '../../film/pack-cells.ts';
import { isBad, NOT_STARTED } from '../../film/looks.ts';
import { elementAt } from '../../film/film.ts';
import type { Colours } from './colours.ts';
import { placeOfHost, sizeOfCell, type Waves } from './draw-cells.ts';

/** The look of a host that is not in a run. */
export const ABSENT = 255;

/** The look of each pair of hosts, in run A and in run B. */
export interface PairLooks {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

/** In a smaller cell, a diagonal would be invisible. */
const LEAST_DIAGONAL_CELL = 6;

/**
 * Draws a cell for each pair: split if its hosts differ, faint if they agree. `before` is what the canvas already
 * shows.
 */
export function drawPairs(
  context: CanvasRenderingContext2D,
  waves: Waves,
  layout: CellLayout,
  { a, b }: PairLooks,
  agreeingAlpha: number,
  colours: Colours,
  before: PairLooks | null,
): void {
  if (before === null) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const size = sizeOfCell(layout);
  for (let pair = 0; pair < a.length; pair += 1) {
    const [lookA, lookB] = [elementAt(a, pair), elementAt(b, pair)];
    if (before !== null && before.a[pair] === lookA && before.b[pair] === lookB) continue;
    const { x, y } = placeOfHost(waves, layout, pair);
    if (before !== null) context.clearRect(x, y, size, size);
    if (lookA === lookB) {
      context.globalAlpha = agreeingAlpha;
      setFill(context, lookA, colours);
      context.fillRect(x, y, size, size);
      context.globalAlpha = 1;
      continue;
    }
    drawHalf(context, x, y, size, lookA, true, colours);
    drawHalf(context, x, y, size, lookB, false, colours);
  }
}

/** The failed host of a differing pair gets a ring. */
export const worseOfPairs = ({ a, b }: PairLooks): Uint8Array =>
  a.map((look, pair) => {
    const other = elementAt(b, pair);
    return look === other ? NOT_STARTED : isBad(look) ? look : other;
  });

function setFill(context: CanvasRenderingContext2D, look: number, { fills, border }: Colours): void {
  context.fillStyle = look === NOT_STARTED || look === ABSENT ? border : (fills[look] ?? border);
}

/** A is top left, B bottom right. A host that is not in a run leaves its half empty. */
function drawHalf(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  look: number,
  isA: boolean,
  colours: Colours,
): void {
  if (look === ABSENT) return;
  setFill(context, look, colours);
  if (size < LEAST_DIAGONAL_CELL) {
    context.fillRect(x, isA ? y : y + size / 2, size, size / 2);
    return;
  }
  context.beginPath();
  context.moveTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(isA ? x : x + size, isA ? y : y + size);
  context.closePath();
  context.fill();
}
