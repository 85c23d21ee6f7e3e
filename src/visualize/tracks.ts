import { permutations } from './permutations.ts';

/** One line through the gap between two columns, before it is known how far to the right it runs. */
export interface Lane {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  readonly fromColumn: number;
  readonly toColumn: number;
  /** The gap to the right of this column. */
  readonly gutter: number;
  readonly leavesRight: boolean;
  readonly entersLeft: boolean;
  readonly exitY: number;
  readonly entryY: number;
}

export interface Tracks {
  /** The place of a lane's upright part within its gap, from the left. Lanes to one state share it. */
  readonly indexOf: (lane: Lane) => number;
  readonly crossings: number;
}

const MAX_TRACKS = 7;

interface Track {
  readonly to: string;
  readonly lanes: readonly Lane[];
  readonly top: number;
  readonly bottom: number;
}

/** For each gap the order of uprights in which the fewest lines cross, the first of equals. */
export function assignTracks(lanes: readonly Lane[]): Tracks {
  const places = new Map<string, number>();
  let crossings = 0;
  for (const gutter of new Set(lanes.map((lane) => lane.gutter))) {
    const tracks = tracksOf(lanes.filter((lane) => lane.gutter === gutter));
    if (tracks.length > MAX_TRACKS) throw new Error(`${tracks.length} states are reached through one gap.`);
    let best: { order: readonly Track[]; crossings: number } | null = null;
    for (const order of permutations(tracks)) {
      const count = crossingsOf(order);
      if (best === null || count < best.crossings) best = { order, crossings: count };
    }
    crossings += best?.crossings ?? 0;
    for (const [place, track] of (best?.order ?? []).entries()) places.set(`${gutter} ${track.to}`, place);
  }
  return { indexOf: (lane) => places.get(`${lane.gutter} ${lane.to}`) ?? 0, crossings };
}

function tracksOf(lanes: readonly Lane[]): readonly Track[] {
  return [...new Set(lanes.map((lane) => lane.to))].map((to) => {
    const own = lanes.filter((lane) => lane.to === to);
    const ys = own.flatMap((lane) => [lane.exitY, lane.entryY]);
    return { to, lanes: own, top: Math.min(...ys), bottom: Math.max(...ys) };
  });
}

/** A level part crosses every upright that stands between its card and its own upright, at its height. */
function crossingsOf(order: readonly Track[]): number {
  let count = 0;
  for (const [place, track] of order.entries()) {
    const before = order.slice(0, place);
    const after = order.slice(place + 1);
    for (const lane of track.lanes) {
      for (const other of lane.leavesRight ? before : after) if (stands(other, lane.exitY)) count += 1;
    }
    for (const lane of track.lanes.slice(0, 1)) {
      for (const other of lane.entersLeft ? after : before) if (stands(other, lane.entryY)) count += 1;
    }
  }
  return count;
}

const stands = (track: Track, y: number): boolean => track.top < y && y < track.bottom;
