/** A block of equal cells: the hosts of one wave. */
export interface Block {
  readonly x: number;
  readonly y: number;
  /** Cells in a row. */
  readonly across: number;
  readonly count: number;
}

export interface CellLayout {
  /** The distance from one cell to the next, in pixels. */
  readonly cell: number;
  readonly blocks: readonly Block[];
  readonly height: number;
}

const GAP = 16;
/** Space above each block for its name. */
const TITLE = 20;
const LARGEST_CELL = 28;
const SMALLEST_CELL = 1;
const CELL_STEP = 0.25;
/** The aspect ratios to try. The first with the largest cells wins. */
const ASPECTS = [2.2, 1.5, 3, 4.5, 7];
/** A block is never narrower than a typical name. */
const LEAST_WIDTH = 92;

/**
 * Packs blocks like words into lines, with the largest cells that fit without scrolling. All cells have the same size,
 * so areas can be compared across waves.
 */
export function packCells(counts: readonly number[], width: number, height: number): CellLayout {
  return packBetween([SMALLEST_CELL, LARGEST_CELL], counts, width, height);
}

/** A block out of sight: no point hits a cell of it, and it is drawn beyond the edge. */
const HIDDEN: Block = { x: -1_000_000, y: 0, across: 1, count: 0 };
const SMALLEST_IN_ONE = 6;
const LARGEST_IN_ONE = 48;

/** One block alone, with cells large enough to click. It may be higher than the space available. */
export function packOne(counts: readonly number[], only: number, width: number, height: number): CellLayout {
  const packed = packBetween([SMALLEST_IN_ONE, LARGEST_IN_ONE], [counts[only] ?? 0], width, height);
  const [block = HIDDEN] = packed.blocks;
  return { ...packed, blocks: counts.map((_, at) => (at === only ? block : HIDDEN)) };
}

type CellRange = readonly [smallest: number, largest: number];

function packBetween(cells: CellRange, counts: readonly number[], width: number, height: number): CellLayout {
  const layouts = ASPECTS.map((aspect) => packWithAspect(cells, counts, width, height, aspect));
  return layouts.reduce((best, layout) => (layout.cell > best.cell ? layout : best));
}

function packWithAspect(
  [smallest, largest]: CellRange,
  counts: readonly number[],
  width: number,
  height: number,
  aspect: number,
): CellLayout {
  let low = smallest / CELL_STEP;
  let high = largest / CELL_STEP;
  let best = packInLines(smallest, counts, width, aspect);
  while (low <= high) {
    const middle = (low + high) >> 1;
    const packed = packInLines(middle * CELL_STEP, counts, width, aspect);
    if (packed.height <= height) {
      best = packed;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return best;
}

function packInLines(cell: number, counts: readonly number[], width: number, aspect: number): CellLayout {
  const most = Math.max(1, Math.floor(width / cell));
  const blocks: Block[] = [];
  let [x, y, lineHeight] = [0, 0, 0];
  for (const count of counts) {
    const across = Math.min(most, Math.max(1, count), Math.max(1, Math.ceil(Math.sqrt(count * aspect))));
    const blockWidth = Math.max(LEAST_WIDTH, across * cell);
    if (x > 0 && x + blockWidth > width) {
      y += lineHeight + GAP;
      x = 0;
      lineHeight = 0;
    }
    blocks.push({ x, y: y + TITLE, across, count });
    x += blockWidth + GAP;
    lineHeight = Math.max(lineHeight, TITLE + Math.ceil(count / across) * cell);
  }
  return { cell, blocks, height: y + lineHeight };
}

/** The block and its cell at a point; `null` between blocks. */
export function cellAt({ cell, blocks }: CellLayout, x: number, y: number): { block: number; index: number } | null {
  for (const [block, { x: left, y: top, across, count }] of blocks.entries()) {
    const column = Math.floor((x - left) / cell);
    const row = Math.floor((y - top) / cell);
    const index = row * across + column;
    if (column >= 0 && column < across && row >= 0 && index < count) return { block, index };
  }
  return null;
}

/** The top left corner of a cell. */
export function cornerOf({ cell, blocks }: CellLayout, block: number, index: number): { x: number; y: number } {
  const place = blocks[block];
  if (place === undefined) throw new RangeError(`There is no block ${block}.`);
  return { x: place.x + (index % place.across) * cell, y: place.y + Math.floor(index / place.across) * cell };
}
