import { at, showName, someNames, sortedEntries } from '../../text/index.ts';
import type { FleetDraft } from '../fleet-draft.ts';
import type { FleetProblemList } from '../fleet-problem.ts';

export function hostIsOnKnownChannel(fleet: FleetDraft, problems: FleetProblemList): void {
  if (fleet.hosts === undefined || fleet.channels === undefined) return;
  for (const [hostname, { channel }] of sortedEntries(fleet.hosts)) {
    if (channel === undefined || fleet.channels.has(channel)) continue;
    problems.error(
      at(at('$.hosts', hostname), 'channel'),
      `host ${showName(hostname)} is on channel ${showName(channel)}, which does not exist`,
      `Declare the channel under $.channels, or put the host on one of: ${someNames(fleet.channels.keys())}.`,
    );
  }
}

export function channelHasKnownPolicy(fleet: FleetDraft, problems: FleetProblemList): void {
  if (fleet.channels === undefined || fleet.rolloutPolicies === undefined) return;
  for (const [name, { rolloutPolicy }] of sortedEntries(fleet.channels)) {
    if (rolloutPolicy === undefined || fleet.rolloutPolicies.has(rolloutPolicy)) continue;
    problems.error(
      at(at('$.channels', name), 'rolloutPolicy'),
      `channel ${showName(name)} names the policy ${showName(rolloutPolicy)}, which does not exist`,
      `Declare the policy under $.rolloutPolicies, or name one of: ${someNames(fleet.rolloutPolicies.keys())}.`,
    );
  }
}

/**
 * Manifests are signed every `signingIntervalMinutes`. In a shorter window, one late signing makes all hosts refuse.
 */
export function freshnessWindowCoversTwoSignings(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const [name, { freshnessWindow, signingIntervalMinutes }] of sortedEntries(fleet.channels ?? NONE)) {
    if (freshnessWindow === undefined || signingIntervalMinutes === undefined) continue;
    const least = 2 * signingIntervalMinutes;
    if (freshnessWindow >= least) continue;
    problems.error(
      at(at('$.channels', name), 'freshnessWindow'),
      `freshnessWindow is ${freshnessWindow} minutes, less than twice signingIntervalMinutes (2 × ${signingIntervalMinutes})`,
      `Set freshnessWindow to at least ${least}, or sign more often.`,
    );
  }
}

export function channelHasSomethingToRollOut(fleet: FleetDraft, problems: FleetProblemList): void {
  if (fleet.hosts === undefined) return;
  const rollingOut = new Set<string>();
  const withoutClosure = new Set<string>();
  const withHosts = new Set<string>();
  for (const { channel, closureHash, pin } of fleet.hosts.values()) {
    // A warning about unreadable parts would be a guess.
    if (channel === undefined) return;
    withHosts.add(channel);
    if (pin !== null) continue;
    if (closureHash === null) withoutClosure.add(channel);
    else rollingOut.add(channel);
  }
  for (const [name] of sortedEntries(fleet.channels ?? NONE)) {
    if (rollingOut.has(name)) continue;
    const path = at('$.channels', name);
    if (withoutClosure.has(name)) {
      const message = `no host of channel ${showName(name)} has a closureHash, so there is nothing to roll out`;
      problems.warnOfClosures(
        path,
        message,
        'Build the hosts before writing the file, or name the new closures in a scenario.',
      );
    } else if (withHosts.has(name)) {
      const message = `every host of channel ${showName(name)} is pinned, so there is nothing to roll out`;
      problems.warn(path, message, 'Remove the pins of the hosts that should change.');
    } else {
      const message = `channel ${showName(name)} has no hosts, so there is nothing to roll out`;
      problems.warn(path, message, 'Put a host on the channel, or remove it.');
    }
  }
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
