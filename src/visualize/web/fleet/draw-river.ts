import { bandsOf, type Lane, type RiverCounts } from '../../film/river.ts';
import type { Colours } from './colours.ts';

/** Draws the lanes of a river, horizontally in device pixels and vertically in CSS pixels. */
export function drawRiver(
  context: CanvasRenderingContext2D,
  counts: RiverCounts,
  lanes: readonly Lane[],
  { fills, border }: Colours,
): void {
  const step = 1 / devicePixelRatio;
  for (const [index, lane] of lanes.entries()) {
    context.fillStyle = border;
    context.globalAlpha = 0.35;
    context.fillRect(0, lane.y, counts.columns * step, lane.height);
    context.globalAlpha = 1;
    for (let column = 0; column < counts.columns; column += 1) {
      for (const { look, y, height } of bandsOf(counts, index, column, lane.height)) {
        context.fillStyle = fills[look] ?? '';
        context.fillRect(column * step, lane.y + y, step, height);
      }
    }
  }
}
