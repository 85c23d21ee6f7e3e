import { hostStates } from '../../../machine/index.ts';
import type { Film } from '../../film/film.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';

/** A wave of a rollout, as the river and the cells show it. */
export interface FilmLane {
  readonly rollout: number;
  readonly wave: number;
  readonly name: string;
  /** The numbers of its hosts in the run, one after the other. */
  readonly firstHost: number;
  readonly hosts: number;
}

/** What the views of a run draw. */
export interface FilmOfRun {
  readonly film: Film;
  readonly lanes: readonly FilmLane[];
  /** For each host its lane. */
  readonly laneOf: Uint16Array;
  readonly endRunMs: number;
}

export function filmOfRun({ file, hosts, film, shownUntil }: ShownRun): FilmOfRun {
  const lanes: FilmLane[] = [];
  const laneOf = new Uint16Array(hosts.length);
  let host = 0;
  for (const [rollout, { waves, channel }] of file.rollouts.entries()) {
    for (const [wave, { hosts: names }] of waves.entries()) {
      laneOf.fill(lanes.length, host, host + names.length);
      lanes.push({ rollout, wave, name: `${channel} · ${wave}`, firstHost: host, hosts: names.length });
      host += names.length;
    }
  }
  return { film, lanes, laneOf, endRunMs: shownUntil };
}

export const stateOfLook = (look: number): string => (look === 0 ? 'Not started' : (hostStates[look - 1] ?? ''));
