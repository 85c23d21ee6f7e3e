import type { RunHistory } from '../../run-file/run-history.ts';
import type { Grid } from './fleet-grid.ts';

export const gridKeys = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
] as const;
export type GridKey = (typeof gridKeys)[number];

/** The host that a key leads to from another; from none (-1) to the first. */
export function hostAfterKey(history: RunHistory, grid: Grid, from: number, key: GridKey): number {
  const { hosts } = history;
  const last = hosts.length - 1;
  if (from < 0) return Math.min(0, last);
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowUp':
      return nearestInRow(grid, from, -1);
    case 'ArrowDown':
      return nearestInRow(grid, from, 1);
    case 'Home':
      return firstOfColumn(history, from);
    case 'End':
      return lastOfColumn(history, from);
    case 'PageUp': {
      const first = firstOfColumn(history, from);
      return first === 0 ? 0 : firstOfColumn(history, first - 1);
    }
    case 'PageDown':
      return Math.min(last, lastOfColumn(history, from) + 1);
  }
}

/** Of the nearest row above or below the host with the least distance to the side; the host itself where there is none. */
function nearestInRow({ boxes }: Grid, from: number, direction: 1 | -1): number {
  const here = boxes[from];
  if (here === undefined) return from;
  let best = { host: from, rows: Number.POSITIVE_INFINITY, aside: Number.POSITIVE_INFINITY };
  for (const [host, { x, y }] of boxes.entries()) {
    const rows = (y - here.y) * direction;
    const aside = Math.abs(x - here.x);
    if (rows > 0 && (rows < best.rows || (rows === best.rows && aside < best.aside))) best = { host, rows, aside };
  }
  return best.host;
}

const isBeside = ({ hosts }: RunHistory, one: number, other: number): boolean =>
  hosts[one]?.rollout === hosts[other]?.rollout && hosts[one]?.wave === hosts[other]?.wave;

function firstOfColumn(history: RunHistory, from: number): number {
  let host = from;
  while (host > 0 && isBeside(history, host - 1, from)) host -= 1;
  return host;
}

function lastOfColumn(history: RunHistory, from: number): number {
  let host = from;
  while (host < history.hosts.length - 1 && isBeside(history, host + 1, from)) host += 1;
  return host;
}
