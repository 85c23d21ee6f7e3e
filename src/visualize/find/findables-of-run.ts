import { count, shortName } from '../../text/index.ts';
import { stateOfLook, type FilmOfRun } from '../film/film-of-run.ts';
import { looks } from '../film/looks.ts';
import type { ShownRun } from '../run-file/shown-run.ts';
import type { Findable, FindableList } from './find.ts';
import type { HostFilter } from './host-filter.ts';

/** A place to go to in a run: a host, or a part of the run. */
export type RunTarget =
  | { readonly type: 'host'; readonly host: number }
  | { readonly type: 'filter'; readonly filter: HostFilter };

/**
 * The rollouts, channels, waves and states of a run. `counts` is the number of hosts with each look at the displayed
 * moment.
 */
export function partsOfRun(
  { file }: ShownRun,
  { lanes }: FilmOfRun,
  counts: readonly number[],
): readonly Findable<RunTarget>[] {
  const target = (filter: HostFilter) => ({ type: 'filter', filter }) as const;
  const channels = [...new Set(file.rollouts.map(({ channel }) => channel))];
  return [
    ...looks.map((_, look) => ({
      title: stateOfLook(look),
      detail: `state, ${count(counts[look] ?? 0, 'host')} now`,
      target: target({ type: 'look', look }),
    })),
    ...file.rollouts.map(({ rolloutId, waves }, rollout) => ({
      title: shortName(rolloutId),
      detail: `rollout, ${count(
        waves.reduce((sum, { hosts }) => sum + hosts.length, 0),
        'host',
      )}`,
      target: target({ type: 'rollout', rollout }),
    })),
    ...channels.map((channel) => ({
      title: channel,
      detail: 'channel',
      target: target({ type: 'channel', channel }),
    })),
    ...lanes.map(({ name, hosts }, lane) => ({
      title: `Wave ${name}`,
      detail: `wave, ${count(hosts, 'host')}`,
      target: target({ type: 'lane', lane }),
    })),
  ];
}

export function hostsOfRun({ hosts }: ShownRun, { lanes, laneOf }: FilmOfRun): FindableList<RunTarget> {
  return {
    titles: hosts.map(({ hostname }) => hostname.toLowerCase()),
    at: (index) => ({
      title: hosts[index]?.hostname ?? '',
      detail: `host, wave ${lanes[laneOf[index] ?? 0]?.name ?? ''}`,
      target: { type: 'host', host: index },
    }),
  };
}
