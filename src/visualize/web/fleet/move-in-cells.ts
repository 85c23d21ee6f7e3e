import { cornerOf, type CellLayout } from '../../film/pack-cells.ts';
import type { FilmOfRun } from './film-of-run.ts';

export const cellKeys = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
] as const;
export type CellKey = (typeof cellKeys)[number];

/** The host that a key leads to from another; from none (-1) to the first. */
export function hostAfterKey(run: FilmOfRun, layout: CellLayout, from: number, key: CellKey): number {
  const last = run.laneOf.length - 1;
  const lane = run.laneOf[from];
  const wave = lane === undefined ? undefined : run.lanes[lane];
  if (from < 0 || lane === undefined || wave === undefined) return Math.min(0, last);
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowUp':
      return inNextRow(run, layout, from, -1);
    case 'ArrowDown':
      return inNextRow(run, layout, from, 1);
    case 'Home':
      return wave.firstHost;
    case 'End':
      return wave.firstHost + wave.hosts - 1;
    case 'PageUp':
      return run.lanes[Math.max(0, lane - 1)]?.firstHost ?? from;
    case 'PageDown':
      return Math.min(last, wave.firstHost + wave.hosts);
  }
}

/** The host above or below in the same block; beyond the block, the nearest host there; the same host where there is none. */
function inNextRow(run: FilmOfRun, layout: CellLayout, from: number, direction: 1 | -1): number {
  const lane = run.laneOf[from];
  const wave = lane === undefined ? undefined : run.lanes[lane];
  const block = lane === undefined ? undefined : layout.blocks[lane];
  if (lane === undefined || wave === undefined || block === undefined) return from;
  const inBlock = from - wave.firstHost + direction * block.across;
  if (inBlock >= 0 && inBlock < wave.hosts) return wave.firstHost + inBlock;
  const here = cornerOf(layout, lane, from - wave.firstHost);
  let best = { host: from, distance: Number.POSITIVE_INFINITY };
  for (const [index, { firstHost, hosts }] of run.lanes.entries()) {
    for (let at = 0; index !== lane && at < hosts; at += 1) {
      const { x, y } = cornerOf(layout, index, at);
      const distance = Math.hypot(x - here.x, y - here.y);
      if ((y - here.y) * direction > 0 && distance < best.distance) best = { host: firstHost + at, distance };
    }
  }
  return best.host;
}
