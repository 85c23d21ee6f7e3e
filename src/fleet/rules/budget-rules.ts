import { at, quote, someNames } from '../../text/index.ts';
import type { FleetDraft } from '../fleet-draft.ts';
import type { FleetHost } from '../fleet-manifest.ts';
import { indexHosts, selectedHosts } from '../host-index.ts';
import type { FleetProblemList } from '../fleet-problem.ts';
import { selectorSummary } from '../selector.ts';

export function budgetPctIsAPercentage(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const [index, { maxInFlightPct }] of (fleet.disruptionBudgets ?? []).entries()) {
    if (maxInFlightPct === undefined || maxInFlightPct === null) continue;
    if (maxInFlightPct >= 0 && maxInFlightPct <= 100) continue;
    problems.error(
      at(at('$.disruptionBudgets', index), 'maxInFlightPct'),
      `maxInFlightPct is ${maxInFlightPct}; expected a percentage from 0 to 100`,
      'Set it to a percentage of the selected hosts, or to null for no limit.',
    );
  }
}

export function budgetSelectsHosts(fleet: FleetDraft, problems: FleetProblemList): void {
  const hosts = readableHosts(fleet);
  if (hosts === null) return;
  const fleetIndex = indexHosts(hosts);
  for (const [index, { selector, unreadRules }] of (fleet.disruptionBudgets ?? []).entries()) {
    if (selector === undefined) continue;
    const path = at(at('$.disruptionBudgets', index), 'selector');
    const selected = selectedHosts(fleetIndex, selector);
    const unread = (unreadRules ?? []).map(quote).join(' and ');
    if (unread !== '') {
      problems.warn(
        path,
        `a control plane does not read ${unread} of a budget's selector, so the budget ` +
          (selected.length === 0
            ? 'selects no host and limits nothing'
            : `selects ${someNames(selected)}, by ${selectorSummary(selector)} alone`),
        'Select the hosts by tags, tagsAny, hosts or channel.',
      );
    } else if (selected.length === 0) {
      problems.warn(
        path,
        `the budget selects no host (${quote(selectorSummary(selector))}), so it limits nothing`,
        'Correct its tags, hosts or channel, or remove the budget.',
      );
    }
  }
}

export function budgetAllowsSome(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const [index, { maxInFlight }] of (fleet.disruptionBudgets ?? []).entries()) {
    if (maxInFlight !== 0) continue;
    problems.warn(
      at(at('$.disruptionBudgets', index), 'maxInFlight'),
      'the budget allows 0 hosts in flight, so the hosts that it selects are never dispatched',
      'Set it to 1 or more, unless these hosts are meant to be frozen.',
    );
  }
}

/** `null` if some host's channel or tags could not be read: a selector might select it. */
function readableHosts(fleet: FleetDraft): ReadonlyMap<string, Pick<FleetHost, 'channel' | 'tags'>> | null {
  if (fleet.hosts === undefined) return null;
  const hosts = new Map<string, Pick<FleetHost, 'channel' | 'tags'>>();
  for (const [hostname, { channel, tags }] of fleet.hosts) {
    if (channel === undefined || tags === undefined) return null;
    hosts.set(hostname, { channel, tags });
  }
  return hosts;
}
