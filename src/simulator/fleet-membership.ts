import { byCodeUnit } from '../text/index.ts';
import type { AgentNode } from './agent-node.ts';
import type { FleetHostOnChannel } from './faults/successor.ts';
import type { FleetChanged } from './run-events.ts';

type Change = Pick<FleetChanged, 'joined' | 'left' | 'moved'>;

/** Tracks which hosts are in the fleet, and which join and leave with another fleet file. */
export class FleetMembership {
  readonly #nodeOf: ReadonlyMap<string, AgentNode>;
  #names: ReadonlySet<string>;

  constructor(nodeOf: ReadonlyMap<string, AgentNode>) {
    this.#nodeOf = nodeOf;
    this.#names = new Set([...nodeOf.values()].filter(({ hasJoined }) => hasJoined).map(({ name }) => name));
  }

  /**
   * Makes these hosts the fleet; `null` if nothing changes. A host that leaves is no longer in any manifest. Its
   * machine stays on, and its agent finishes what it has started.
   */
  change(hosts: readonly FleetHostOnChannel[]): Change | null {
    const joined: string[] = [];
    const moved: Change['moved'][number][] = [];
    for (const { hostname, channel } of hosts.toSorted((a, b) => byCodeUnit(a.hostname, b.hostname))) {
      const node = this.#nodeOf.get(hostname);
      if (node === undefined) throw new Error(`The scenario does not describe ${hostname}.`);
      if (!this.#names.has(hostname)) joined.push(hostname);
      else if (node.channel !== channel) moved.push({ hostname, from: node.channel, to: channel });
      node.channel = channel;
      if (!node.hasJoined) node.join();
    }
    const names = new Set(hosts.map(({ hostname }) => hostname));
    const left = [...this.#names].filter((hostname) => !names.has(hostname)).sort(byCodeUnit);
    this.#names = names;
    return joined.length + left.length + moved.length === 0 ? null : { joined, left, moved };
  }
}
