import { elementAt, type Film } from './film.ts';
import { runMsAtShare, type TimeAxis } from './time-axis.ts';
import { NOT_STARTED, isBad, looks, worstFirst } from './looks.ts';

/** A lane of the river: a wave, with its hosts' states over time. */
export interface Lane {
  readonly y: number;
  readonly height: number;
}

const BASE_HEIGHT = 10;
const EXTRA_HEIGHT = 36;
const LEAST_HEIGHT = 14;
const LANE_GAP = 4;
/** The lanes folded because not all fit. */
const FOLDED_HEIGHT = 2;
const FOLDED_GAP = 1;
/** One failure among ten thousand hosts must be visible. */
const LEAST_BAD_HEIGHT = 3;

/** How many lanes are drawn at full height before others are folded. */
export const MAX_FULL_LANES = 24;

/**
 * Stacks the lanes of waves with these sizes. Heights grow with the square root of the size.
 *
 * @param isUnfolded which lanes keep their height when there are more than `MAX_FULL_LANES`
 */
export function stackLanes(sizes: readonly number[], isUnfolded: (lane: number) => boolean): readonly Lane[] {
  const largest = Math.max(1, ...sizes);
  const fold = sizes.length > MAX_FULL_LANES;
  let y = 0;
  return sizes.map((size, index) => {
    const isFolded = fold && !isUnfolded(index);
    const full = Math.max(LEAST_HEIGHT, Math.round(BASE_HEIGHT + EXTRA_HEIGHT * Math.sqrt(size / largest)));
    const lane = { y, height: isFolded ? FOLDED_HEIGHT : full };
    y += lane.height + (isFolded ? FOLDED_GAP : LANE_GAP);
    return lane;
  });
}

/** How many hosts of each lane have each look, in each column of pixels. */
export interface RiverCounts {
  readonly columns: number;
  /** By lane, then column, then look. */
  readonly counts: Uint32Array;
}

/**
 * Counts the looks along a time axis, once per zoom.
 *
 * @param laneOf the lane of each host
 */
export function countRiver(
  film: Film,
  laneOf: Uint16Array,
  lanes: number,
  axis: TimeAxis,
  columns: number,
): RiverCounts {
  const [fromRunMs] = axis.range;
  const counts = new Uint32Array(lanes * columns * looks.length);
  const now = new Uint32Array(lanes * looks.length);
  const shown = film.looksAt(fromRunMs);
  for (let host = 0; host < film.hosts; host += 1)
    add(now, elementAt(laneOf, host) * looks.length + elementAt(shown, host), 1);
  let change = film.changesBy(fromRunMs);
  for (let column = 0; column < columns; column += 1) {
    // A column shows the end of its time range, so it includes a change at its very start.
    const end = runMsAtShare(axis, (column + 1) / columns);
    for (; change < film.times.length && elementAt(film.times, change) <= end; change += 1) {
      const host = elementAt(film.who, change);
      const lane = elementAt(laneOf, host) * looks.length;
      add(now, lane + elementAt(shown, host), -1);
      shown[host] = elementAt(film.to, change);
      add(now, lane + elementAt(shown, host), 1);
    }
    for (let lane = 0; lane < lanes; lane += 1) {
      const from = lane * looks.length;
      counts.set(now.subarray(from, from + looks.length), (lane * columns + column) * looks.length);
    }
  }
  return { columns, counts };
}

function add(counts: Uint32Array, index: number, by: number): void {
  counts[index] = elementAt(counts, index) + by;
}

/** A section of one colour in a column. `y` counts from the top of the lane. */
export interface Band {
  readonly look: number;
  readonly y: number;
  readonly height: number;
}

/** The sections of one column of a lane, worst on top. Hosts that have not started leave a gap. */
export function bandsOf(
  { columns, counts }: RiverCounts,
  lane: number,
  column: number,
  height: number,
): readonly Band[] {
  const from = (lane * columns + column) * looks.length;
  const own = counts.subarray(from, from + looks.length);
  const size = own.reduce((sum, count) => sum + count, 0);
  const bands: Band[] = [];
  if (size === 0) return bands;
  let y = 0;
  for (const look of worstFirst) {
    const count = elementAt(own, look);
    if (count === 0) continue;
    const share = (height * count) / size;
    const drawn = isBad(look) ? Math.max(share, Math.min(height, LEAST_BAD_HEIGHT)) : Math.min(share, height - y);
    if (look !== NOT_STARTED && drawn > 0) bands.push({ look, y, height: drawn });
    y += drawn;
  }
  return bands;
}
