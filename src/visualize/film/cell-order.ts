import { elementAt } from './film.ts';
import type { FilmOfRun } from './film-of-run.ts';
import { worstFirst } from './looks.ts';

/** What the cells of a wave are sorted by. */
export const cellSorts = ['name', 'state', 'change'] as const;
export type CellSort = (typeof cellSorts)[number];

/** Which host is in which cell. Every wave keeps its cells. */
export interface CellOrder {
  readonly hostAt: Uint32Array;
  readonly placeOf: Uint32Array;
}

/**
 * Sorts the cells of each wave at a moment: the worst state first, or the latest change first. Equal hosts stay in the
 * order of the run file. `null` for that order alone.
 */
export function orderCells(sort: CellSort, { film, lanes }: FilmOfRun, runMs: number): CellOrder | null {
  if (sort === 'name') return null;
  const { hosts } = film;
  const ranks = sort === 'state' ? ranksByState(film.looksAt(runMs)) : ranksByChange(film, runMs);
  // Rank and host in one number, because numbers sort much faster than anything else.
  const keys = ranks.map((rank, host) => rank * hosts + host);
  for (const { firstHost, hosts: count } of lanes) keys.subarray(firstHost, firstHost + count).sort();
  const hostAt = Uint32Array.from(keys, (key) => key % hosts);
  const placeOf = new Uint32Array(hosts);
  for (const [place, host] of hostAt.entries()) placeOf[host] = place;
  return { hostAt, placeOf };
}

const ranksByState = (looks: Uint8Array): Float64Array => Float64Array.from(looks, (look) => worstFirst.indexOf(look));

function ranksByChange(film: FilmOfRun['film'], runMs: number): Float64Array {
  const ranks = new Float64Array(film.hosts).fill(Math.ceil(runMs) + 1);
  const changes = film.changesBy(runMs);
  for (let change = 0; change < changes; change += 1)
    ranks[elementAt(film.who, change)] = Math.max(0, Math.round(runMs - elementAt(film.times, change)));
  return ranks;
}
