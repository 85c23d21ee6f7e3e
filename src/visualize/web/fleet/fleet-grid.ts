import { hostStates } from '../../../machine/host-states.ts';
import { hostStateLooks } from '../../palette.ts';
import type { RunHistory } from '../../run-file/run-history.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export interface WaveHead {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where every host's cell goes. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly heads: readonly WaveHead[];
  /** Where the heading of each rollout goes, in their order. */
  readonly titles: readonly number[];
}

const TITLE_HEIGHT = 30;
const HEAD_HEIGHT = 26;
const COLUMN_GAP = 18;
const BLOCK_GAP = 14;
const MAX_CELL = 26;
const MIN_CELL = 4;
const LEAST_CELL_WITH_GLYPH = 16;

/** Rollouts one under the other, their waves as columns, hosts as cells as large as the place allows. */
export function layOutGrid({ file }: RunHistory, width: number, height: number): Grid {
  const room = height - file.rollouts.length * (TITLE_HEIGHT + HEAD_HEIGHT + BLOCK_GAP);
  const cell = largestCell(
    file.rollouts.map(({ waves }) => waves.map(({ hosts }) => hosts.length)),
    width,
    room,
  );
  const boxes: Box[] = [];
  const heads: WaveHead[] = [];
  const titles: number[] = [];
  let y = 0;
  for (const { waves } of file.rollouts) {
    titles.push(y);
    y += TITLE_HEIGHT;
    const columns = columnWidths(
      waves.map(({ hosts }) => hosts.length),
      width,
    );
    let x = 0;
    let tallest = 0;
    for (const [wave, { hosts, soakMinutes }] of waves.entries()) {
      const own = columns[wave] ?? width;
      heads.push({
        text: `Wave ${wave} · ${hosts.length} · soak ${soakMinutes === null ? 'unknown' : `${soakMinutes} min`}`,
        x,
        y,
        width: own,
      });
      const across = Math.max(1, Math.floor(own / cell));
      for (const [at] of hosts.entries()) {
        boxes.push({ x: x + (at % across) * cell, y: y + HEAD_HEIGHT + Math.floor(at / across) * cell, size: cell });
      }
      tallest = Math.max(tallest, Math.ceil(hosts.length / across) * cell);
      x += own + COLUMN_GAP;
    }
    y += HEAD_HEIGHT + tallest + BLOCK_GAP;
  }
  return { width, height: y, boxes, heads, titles };
}

/** Wide enough for their heads, and otherwise as their numbers of hosts are. */
function columnWidths(sizes: readonly number[], width: number): readonly number[] {
  const room = width - COLUMN_GAP * (sizes.length - 1);
  const least = Math.min(170, room / sizes.length);
  const weights = sizes.map((size) => Math.sqrt(size) + 0.01);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const spare = room - least * sizes.length;
  return weights.map((weight) => Math.floor(least + (spare * weight) / total));
}

function largestCell(rollouts: readonly (readonly number[])[], width: number, room: number): number {
  for (let cell = MAX_CELL; cell > MIN_CELL; cell -= 1) {
    const heights = rollouts.map((sizes) => {
      const columns = columnWidths(sizes, width);
      return Math.max(
        0,
        ...sizes.map((size, at) => Math.ceil(size / Math.max(1, Math.floor((columns[at] ?? width) / cell))) * cell),
      );
    });
    if (heights.reduce((sum, own) => sum + own, 0) <= room) return cell;
  }
  return MIN_CELL;
}

/** The host under a point, -1 where there is none. */
export function hostAtPoint(grid: Grid, x: number, y: number): number {
  return grid.boxes.findIndex((box) => x >= box.x && x < box.x + box.size && y >= box.y && y < box.y + box.size);
}

/**
 * Draws the cells, colour by colour, because changing the colour is what costs; where `before` says what the canvas
 * shows already, only those that are different now.
 */
export function drawGrid(
  context: CanvasRenderingContext2D,
  grid: Grid,
  states: Uint8Array,
  colours: readonly string[],
  chosen: number,
  before: Uint8Array | null,
): void {
  const shown = chosen < 0 && (grid.boxes[0]?.size ?? 0) < LEAST_CELL_WITH_GLYPH ? before : null;
  if (shown === null) context.clearRect(0, 0, grid.width, grid.height);
  for (const [state] of hostStates.entries()) {
    context.fillStyle = colours[state] ?? '#888';
    for (let host = 0; host < grid.boxes.length; host += 1) {
      if (states[host] !== state || shown?.[host] === state) continue;
      const box = grid.boxes[host];
      if (box === undefined) continue;
      const gap = box.size >= 8 ? 2 : 1;
      context.fillRect(box.x, box.y, box.size - gap, box.size - gap);
    }
  }
  drawGlyphs(context, grid, states);
  const box = grid.boxes[chosen];
  if (box === undefined) return;
  context.strokeStyle = getComputedStyle(context.canvas).color;
  context.lineWidth = 2;
  context.strokeRect(box.x - 1, box.y - 1, box.size, box.size);
}

/** In cells that are large enough, the sign that says without colour what the colour says. */
function drawGlyphs(context: CanvasRenderingContext2D, grid: Grid, states: Uint8Array): void {
  const size = grid.boxes[0]?.size ?? 0;
  if (size < LEAST_CELL_WITH_GLYPH) return;
  const style = getComputedStyle(context.canvas);
  const inks = hostStates.map((state) => style.getPropertyValue(`--ink-${state}`));
  context.font = `700 ${Math.round(size * 0.5)}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [host, box] of grid.boxes.entries()) {
    const state = hostStates[states[host] ?? 0];
    if (state === undefined) continue;
    context.fillStyle = inks[states[host] ?? 0] ?? '';
    context.fillText(hostStateLooks[state].glyph, box.x + size / 2 - 1, box.y + size / 2);
  }
}
