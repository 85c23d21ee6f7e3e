import { hostStates } from '../../../machine/host-states.ts';
import { Film, type LookChange } from '../../film/film.ts';
import { lookOfState } from '../../film/looks.ts';
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

/** A dispatch makes a host Pending; before it the host has not started. */
export function filmOfRun(run: ShownRun): FilmOfRun {
  const { file, hosts, history, shownUntil } = run;
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
  const pending = lookOfState('Pending');
  const changes: LookChange[] = [
    ...history.events.flatMap((event) => {
      const host = event.type === 'HostDispatched' ? history.trackOf(event.rolloutId, event.hostname) : null;
      return host === null ? [] : [{ runMs: event.runMs, host: host.number, look: pending }];
    }),
    ...history.moves.map(({ runMs, host, state }) => ({ runMs, host, look: lookOfState(state) })),
  ];
  return { film: new Film(hosts.length, startedOnly(changes, pending)), lanes, laneOf, endRunMs: shownUntil };
}

/** A dispatch that follows the host's own report of an earlier one changes nothing that is seen. */
function startedOnly(changes: readonly LookChange[], pending: number): readonly LookChange[] {
  const started = new Set<number>();
  return changes
    .toSorted((a, b) => a.runMs - b.runMs)
    .filter(({ host, look }) => {
      if (look === pending && started.has(host)) return false;
      if (look !== pending) started.add(host);
      return true;
    });
}

export const stateOfLook = (look: number): string => (look === 0 ? 'Not started' : (hostStates[look - 1] ?? ''));
