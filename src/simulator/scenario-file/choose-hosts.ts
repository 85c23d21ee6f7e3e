import type { Fleet } from '../../fleet/index.ts';
import { at, byCodeUnit } from '../../text/index.ts';
import { expand } from './expand-patterns.ts';
import type { HostChoice } from './field-types.ts';
import type { FleetKnowledge, KnownFleet } from './known-fleet.ts';
import type { Reading } from './reading.ts';

/** Finds the hosts of a fleet that a scenario names. Skips checks for which the fleet is not known well enough. */
export class HostChooser {
  readonly #fleet: Fleet;
  readonly #knows: FleetKnowledge;
  readonly #names: readonly string[];
  #tags: ReadonlySet<string> | null = null;
  readonly #waveOf = new Map<string, number>();

  constructor({ fleet, knows }: KnownFleet) {
    this.#fleet = fleet;
    this.#knows = knows;
    this.#names = [...fleet.hosts.keys()].sort(byCodeUnit);
    for (const waves of fleet.waves.values()) {
      for (const [wave, { hosts }] of waves.entries()) for (const name of hosts) this.#waveOf.set(name, wave);
    }
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** The names that match some pattern. */
  expand(patterns: readonly string[], path: string, reading: Reading): readonly string[] {
    if (this.#knows.hosts) return expand(patterns, this.#names, 'host', path, reading);
    reading.passOver();
    return [];
  }

  /** Whether this host exists, or may exist. */
  checkHost(name: string, path: string, reading: Reading): boolean {
    if (this.#fleet.hosts.has(name)) return true;
    if (this.#knows.hosts) reading.unknownName(path, 'host', name, this.#names);
    else reading.passOver();
    return false;
  }

  checkChannel(name: string, path: string, reading: Reading): boolean {
    if (this.#fleet.channels.has(name)) return true;
    if (this.#knows.channels) reading.unknownName(path, 'channel', name, this.#fleet.channels.keys());
    else reading.passOver();
    return false;
  }

  /** Whether the waves of the channels are known. */
  knowsWaves(reading: Reading): boolean {
    if (!this.#knows.waves) reading.passOver();
    return this.#knows.waves;
  }

  /** In order of name. Reports a problem if there is no host. */
  choose({ named, tag, channel, wave, first }: HostChoice, path: string, reading: Reading): readonly string[] {
    const { hosts } = this.#fleet;
    const isChannel = channel === null || this.checkChannel(channel, at(path, 'channel'), reading);
    const isTag = tag === null || this.#checkTag(tag, at(path, 'tag'), reading);
    const isWave = wave === null || this.knowsWaves(reading);
    if (!reading.spend(named === null ? this.#names.length : named.length, path)) return [];
    const candidates = named === null ? this.#names : this.expand(named, path, reading);
    if (tag === null && channel === null && wave === null)
      return first === null ? candidates : candidates.slice(0, first);
    const chosen = candidates.filter((name) => {
      const host = hosts.get(name);
      return (
        host !== undefined &&
        (tag === null || host.tags.includes(tag)) &&
        (channel === null || host.channel === channel) &&
        (wave === null || (this.#waveOf.get(name) ?? 0) === wave)
      );
    });
    if (chosen.length === 0 && candidates.length > 0 && isChannel && isTag && isWave && this.#knows.hosts) {
      reading.add(
        path,
        'no host matches all of this',
        'Check tag, channel and wave against the fleet; waves count from 0.',
      );
    }
    return first === null ? chosen : chosen.slice(0, first);
  }

  #checkTag(tag: string, path: string, reading: Reading): boolean {
    this.#tags ??= new Set([...this.#fleet.hosts.values()].flatMap(({ tags }) => tags));
    if (this.#tags.has(tag)) return true;
    if (this.#knows.tags) reading.unknownName(path, 'tag', tag, this.#tags);
    else reading.passOver();
    return false;
  }
}
