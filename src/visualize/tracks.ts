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
    const best = bestOrder(tracks);
    crossings += best.crossings;
    for (const [place, track] of best.order.entries()) places.set(`${gutter} ${track.to}`, place);
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

/** Crossings come from pairs of tracks alone, so that each pair is looked at once and not in every order. */
function bestOrder(tracks: readonly Track[]): { readonly order: readonly Track[]; readonly crossings: number } {
  const ofPair = tracks.map((left) => tracks.map((right) => crossingsOf(left, right)));
  let best: { places: readonly number[]; crossings: number } = { places: [], crossings: Number.POSITIVE_INFINITY };
  for (const places of permutations([...tracks.keys()])) {
    let count = 0;
    for (let left = 0; left < places.length; left += 1) {
      for (let right = left + 1; right < places.length; right += 1) {
        count += ofPair[places[left] ?? 0]?.[places[right] ?? 0] ?? 0;
      }
    }
    if (count < best.crossings) best = { places, crossings: count };
  }
  return { order: best.places.flatMap((place) => tracks[place] ?? []), crossings: best.crossings };
}

/** A level part crosses the upright of another track that stands between its card and its own upright, at its height. */
function crossingsOf(left: Track, right: Track): number {
  const exits = (track: Track, other: Track, leavesRight: boolean) =>
    track.lanes.filter((lane) => lane.leavesRight === leavesRight && stands(other, lane.exitY)).length;
  const entry = (track: Track, other: Track, entersLeft: boolean) =>
    track.lanes.slice(0, 1).filter((lane) => lane.entersLeft === entersLeft && stands(other, lane.entryY)).length;
  return exits(right, left, true) + exits(left, right, false) + entry(left, right, true) + entry(right, left, false);
}

const stands = (track: Track, y: number): boolean => track.top < y && y < track.bottom;
