import { byCodeUnit, sortedUnique } from '../text/index.ts';
import type { FleetHost, Selector } from './fleet-manifest.ts';

type Indexable = Pick<FleetHost, 'channel' | 'tags'>;

/** An index of hosts for selectors, so that resolving a selector need not visit every host. */
export interface HostIndex {
  readonly hosts: ReadonlyMap<string, Indexable>;
  readonly byTag: ReadonlyMap<string, ReadonlySet<string>>;
  readonly byChannel: ReadonlyMap<string, ReadonlySet<string>>;
}

export function indexHosts(hosts: ReadonlyMap<string, Indexable>): HostIndex {
  const byTag = new Map<string, Set<string>>();
  const byChannel = new Map<string, Set<string>>();
  for (const [hostname, host] of hosts) {
    addTo(byChannel, host.channel, hostname);
    for (const tag of host.tags) addTo(byTag, tag, hostname);
  }
  return { hosts, byTag, byChannel };
}

function addTo(index: Map<string, Set<string>>, key: string, hostname: string): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([hostname]));
  else known.add(hostname);
}

/** The hosts for which `selects` is true, sorted. */
export function selectedHosts(index: HostIndex, selector: Selector): readonly string[] {
  if (selector.all) return [...index.hosts.keys()].sort(byCodeUnit);
  const selected = new Set<string>();
  for (const hostname of selector.hosts) if (index.hosts.has(hostname)) selected.add(hostname);
  if (selector.channel !== null) addAll(selected, index.byChannel.get(selector.channel));
  for (const tag of selector.tagsAny) addAll(selected, index.byTag.get(tag));
  for (const hostname of withEveryTag(index, selector.tags)) selected.add(hostname);
  return sortedUnique(selected);
}

function addAll(to: Set<string>, hostnames: ReadonlySet<string> | undefined): void {
  for (const hostname of hostnames ?? []) to.add(hostname);
}

/** The hosts with every tag. Visits only the hosts with the rarest tag. */
function withEveryTag(index: HostIndex, tags: readonly string[]): readonly string[] {
  const sets = tags.map((tag) => index.byTag.get(tag) ?? new Set<string>()).sort((a, b) => a.size - b.size);
  const [rarest, ...others] = sets;
  if (rarest === undefined) return [];
  return [...rarest].filter((hostname) => others.every((set) => set.has(hostname)));
}
