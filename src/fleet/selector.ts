import { byCodeUnit, sortedUnique } from '../text/index.ts';
import type { FleetHost, Selector } from './fleet-manifest.ts';

/** The properties of a host that selectors use. */
type Selectable = Pick<FleetHost, 'channel' | 'tags'>;

/** Whether the selector selects this host: one rule that fires is enough (specification: fleet-manifest, SELECTOR). */
export function selects(selector: Selector, hostname: string, host: Selectable): boolean {
  return (
    selector.all ||
    selector.channel === host.channel ||
    selector.hosts.includes(hostname) ||
    (selector.tags.length > 0 && selector.tags.every((tag) => host.tags.includes(tag))) ||
    selector.tagsAny.some((tag) => host.tags.includes(tag))
  );
}

/** The selector in one line, for logs: only its first rule, in the order of the specification. */
export function selectorSummary(selector: Selector): string {
  if (selector.all) return 'all';
  if (selector.channel !== null) return `channel:${selector.channel}`;
  if (selector.tags.length > 0) return `tags:${listed(selector.tags)}`;
  if (selector.tagsAny.length > 0) return `tags_any:${listed(selector.tagsAny)}`;
  if (selector.hosts.length > 0) return `hosts:${listed(selector.hosts)}`;
  return 'unknown';
}

function listed(names: readonly string[]): string {
  return [...names].sort(byCodeUnit).join(',');
}

/** Canonical text, equal only for selectors that are equal as sets. The summary is not, because it omits rules. */
export function selectorKey(selector: Selector): string {
  return JSON.stringify([
    selector.all,
    selector.channel,
    sortedUnique(selector.hosts),
    sortedUnique(selector.tags),
    sortedUnique(selector.tagsAny),
  ]);
}
