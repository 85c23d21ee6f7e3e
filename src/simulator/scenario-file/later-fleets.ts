import type { Fleet, RolloutManifest } from '../../fleet/index.ts';
import { at, byCodeUnit } from '../../text/index.ts';
import { fleetFromFile } from './build-fleet.ts';
import type { KnownFleet } from './known-fleet.ts';
import type { ReadFile } from './read-file.ts';
import { projectAll } from './project-all.ts';
import type { Reading } from './reading.ts';
import type { Entry } from './scenario-parts.ts';
import type { FileStep } from './step-schemas.ts';

/** The fleet file that a step publishes; `null` if it publishes none. */
export const fleetPathOf = (step: FileStep | null): string | null =>
  step?.do === 'publish' && typeof step['fleet'] === 'string' ? step['fleet'] : null;

/** The fleet files that steps publish, by path; `null` for an unreadable one, which is reported. */
export type LaterFleets = ReadonlyMap<string, Fleet | null>;

/** Reads every fleet file that some step publishes once. */
export function readLaterFleets(
  steps: readonly Entry<FileStep>[],
  base: string,
  readFile: ReadFile,
  reading: Reading,
): LaterFleets {
  const fleets = new Map<string, Fleet | null>();
  for (const [index, { read }] of steps.entries()) {
    const path = fleetPathOf(read);
    if (read === null || path === null || fleets.has(path)) continue;
    const isAllNew = read['closures'] === 'new for every host';
    const { fleet, isWhole } = fleetFromFile(path, at(at(base, index), 'fleet'), isAllNew, readFile, reading);
    fleets.set(path, isWhole ? fleet : null);
  }
  return fleets;
}

/**
 * The union of the fleets, for looking up names. A host in several is as in the first of them. A channel has the waves
 * of the fleet in which it has most.
 */
export function allFleets(first: KnownFleet, later: LaterFleets): KnownFleet {
  const fleets = [...later.values()].filter((fleet) => fleet !== null);
  if (later.size === 0) return first;
  const waves = new Map(first.fleet.waves);
  for (const fleet of fleets) {
    for (const [channel, own] of fleet.waves)
      if (own.length > (waves.get(channel)?.length ?? 0)) waves.set(channel, own);
  }
  const hosts = new Map([...fleets.toReversed(), first.fleet].flatMap((fleet) => [...fleet.hosts]));
  const channels = new Map([...fleets.toReversed(), first.fleet].flatMap((fleet) => [...fleet.channels]));
  const isKnown = fleets.length === later.size;
  const { knows } = first;
  return {
    ...first,
    fleet: { ...first.fleet, hosts, channels, waves },
    knows: isKnown ? knows : { hosts: false, channels: false, tags: false, waves: false },
  };
}

/** Follows the published fleet through the steps of a file, in order. */
export class PublishedFleet {
  fleet: Fleet;
  /** Every channel so far, with its newest fleet. */
  readonly #channels = new Map<string, Fleet>();

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.publish(fleet);
  }

  publish(fleet: Fleet): void {
    this.fleet = fleet;
    for (const channel of fleet.channels.keys()) this.#channels.set(channel, fleet);
  }

  /**
   * Manifests without hosts for channels that the fleet no longer has. They make the control plane supersede the
   * rollouts of those channels.
   */
  goneRollouts(ref: string, path: string, reading: Reading): readonly RolloutManifest[] {
    return [...this.#channels]
      .filter(([channel]) => !this.fleet.channels.has(channel))
      .sort(([a], [b]) => byCodeUnit(a, b))
      .flatMap(([channel, fleet]) => projectAll(fleet, [channel], ref, new Map(), path, reading)?.rollouts ?? [])
      .map((rollout) => ({ ...rollout, hosts: [], waves: [], edges: [], channelEdges: [], budgets: [] }));
  }
}
