import { shortName } from '../../text/index.ts';
import type { FilmOfRun } from '../film/film-of-run.ts';
import { stateOfLook } from '../film/film-of-run.ts';
import type { ShownRun } from '../run-file/shown-run.ts';

/** Which hosts of a run are in focus. The others fade. */
export type HostFilter =
  | { readonly type: 'lane'; readonly lane: number }
  | { readonly type: 'rollout'; readonly rollout: number }
  | { readonly type: 'channel'; readonly channel: string }
  /** Hosts in a state at the displayed moment. */
  | { readonly type: 'look'; readonly look: number }
  /** Hosts whose name contains a text, which is in lower case. */
  | { readonly type: 'name'; readonly text: string };

/** 1 for each matching host, otherwise 0. */
export function hostsMatching(
  filter: HostFilter,
  { hosts, file }: ShownRun,
  { laneOf }: FilmOfRun,
  looks: Uint8Array,
): Uint8Array {
  switch (filter.type) {
    case 'lane':
      return Uint8Array.from(laneOf, (lane) => Number(lane === filter.lane));
    case 'rollout':
      return Uint8Array.from(hosts, ({ rollout }) => Number(rollout === filter.rollout));
    case 'channel':
      return Uint8Array.from(hosts, ({ rollout }) => Number(file.rollouts[rollout]?.channel === filter.channel));
    case 'look':
      return Uint8Array.from(looks, (look) => Number(look === filter.look));
    case 'name':
      return Uint8Array.from(hosts, ({ hostname }) => Number(hostname.toLowerCase().includes(filter.text)));
  }
}

/** Describes an active filter, for its badge. */
export function filterWords(filter: HostFilter, { file }: ShownRun, { lanes }: FilmOfRun): string {
  switch (filter.type) {
    case 'lane':
      return `wave ${lanes[filter.lane]?.name ?? ''}`;
    case 'rollout':
      return `rollout ${shortName(file.rollouts[filter.rollout]?.rolloutId ?? '')}`;
    case 'channel':
      return `channel ${filter.channel}`;
    case 'look':
      return stateOfLook(filter.look);
    case 'name':
      return `“${filter.text}” in the name`;
  }
}
