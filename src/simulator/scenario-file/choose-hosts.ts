import type { Fleet } from '../../fleet/index.ts';
import { at } from '../../text/json-path.ts';
import { byCodeUnit } from '../../text/by-code-unit.ts';
import { expand } from './expand-patterns.ts';
import type { HostChoice } from './field-types.ts';
import type { Reading } from './reading.ts';

/** The hosts of a fleet, for what a scenario says about them. */
export class HostChooser {
  readonly #fleet: Fleet;
  readonly #names: readonly string[];
  readonly #waveOf = new Map<string, number>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#names = [...fleet.hosts.keys()].sort(byCodeUnit);
    for (const waves of fleet.waves.values()) {
      for (const [wave, { hosts }] of waves.entries()) for (const name of hosts) this.#waveOf.set(name, wave);
    }
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** In order of name. No host at all is a problem. */
  choose({ named, tag, channel, wave, first }: HostChoice, path: string, reading: Reading): readonly string[] {
    const { hosts, channels } = this.#fleet;
    if (channel !== null && !channels.has(channel))
      reading.unknownName(at(path, 'channel'), 'channel', channel, channels.keys());
    if (!reading.spend(named === null ? this.#names.length : named.length, path)) return [];
    const candidates = named === null ? this.#names : expand(named, this.#names, 'host', path, reading);
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
    if (chosen.length === 0 && candidates.length > 0) {
      reading.add(path, 'no host is all of this', 'Check tag, channel and wave against the fleet; waves count from 0.');
    }
    return first === null ? chosen : chosen.slice(0, first);
  }
}
