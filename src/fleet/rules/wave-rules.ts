import { sortedEntries } from '../../text/by-code-unit.ts';
import type { FleetDraft, WaveDraft } from '../fleet-draft.ts';
import { at, showName } from '../../text/json-path.ts';
import type { FleetProblemList } from '../fleet-problem.ts';

interface PlacedWave {
  readonly channel: string;
  readonly path: string;
  readonly wave: WaveDraft;
}

function* wavesOf(fleet: FleetDraft): Generator<PlacedWave> {
  for (const [channel, waves] of sortedEntries(fleet.waves ?? NONE)) {
    for (const [index, wave] of (waves ?? []).entries()) {
      yield { channel, path: at(at('$.waves', channel), index), wave };
    }
  }
}

export function waveListsKnownHosts(fleet: FleetDraft, problems: FleetProblemList): void {
  if (fleet.hosts === undefined) return;
  for (const { channel, path, wave } of wavesOf(fleet)) {
    for (const [index, hostname] of (wave.hosts ?? []).entries()) {
      if (hostname === undefined || fleet.hosts.has(hostname)) continue;
      problems.error(
        at(at(path, 'hosts'), index),
        `the wave lists the host ${showName(hostname)}, which does not exist`,
        `Correct the name, declare the host on channel ${showName(channel)}, or take it out of the wave.`,
      );
    }
  }
}

export function waveListsHostsOfItsChannel(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const { channel, path, wave } of wavesOf(fleet)) {
    for (const [index, hostname] of (wave.hosts ?? []).entries()) {
      const hostChannel = hostname === undefined ? undefined : fleet.hosts?.get(hostname)?.channel;
      if (hostname === undefined || hostChannel === undefined || hostChannel === channel) continue;
      problems.error(
        at(at(path, 'hosts'), index),
        `a wave of channel ${showName(channel)} lists ${showName(hostname)}, a host of channel ${showName(hostChannel)}`,
        `Take the host out of the wave, or put it on channel ${showName(channel)}.`,
      );
    }
  }
}

export function hostIsInOneWave(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const [channel, waves] of sortedEntries(fleet.waves ?? NONE)) {
    const waveOf = new Map<string, number>();
    for (const [waveIndex, wave] of (waves ?? []).entries()) {
      for (const [index, hostname] of (wave.hosts ?? []).entries()) {
        if (hostname === undefined) continue;
        const earlier = waveOf.get(hostname);
        if (earlier === undefined) waveOf.set(hostname, waveIndex);
        if (earlier === undefined || earlier === waveIndex) continue;
        problems.error(
          at(at(at(at('$.waves', channel), waveIndex), 'hosts'), index),
          `host ${showName(hostname)} is in wave ${earlier} and again in wave ${waveIndex} of channel ${showName(channel)}`,
          'List each host in one wave only.',
        );
      }
    }
  }
}

export function soakIsNotNegative(fleet: FleetDraft, problems: FleetProblemList): void {
  const check = (soakMinutes: number | undefined, path: string): void => {
    if (soakMinutes === undefined || soakMinutes >= 0) return;
    const message = `soakMinutes is ${soakMinutes}; a soak cannot be negative`;
    problems.error(at(path, 'soakMinutes'), message, 'Set it to 0 for no soak, or to the minutes meant.');
  };
  for (const { path, wave } of wavesOf(fleet)) check(wave.soakMinutes, path);
  for (const [name, policy] of sortedEntries(fleet.rolloutPolicies ?? NONE)) {
    const path = at(at('$.rolloutPolicies', name), 'waves');
    for (const [index, wave] of (policy.waves ?? []).entries()) check(wave.soakMinutes, at(path, index));
  }
}

export function waveHasHosts(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const { path, wave } of wavesOf(fleet)) {
    if (wave.hosts?.length !== 0) continue;
    problems.warn(path, 'the wave has no hosts and is passed over', 'Remove the wave, or put hosts into it.');
  }
}

export function wavesAreOfKnownChannel(fleet: FleetDraft, problems: FleetProblemList): void {
  if (fleet.channels === undefined) return;
  for (const [channel] of sortedEntries(fleet.waves ?? NONE)) {
    if (fleet.channels.has(channel)) continue;
    problems.warn(
      at('$.waves', channel),
      `waves are declared for channel ${showName(channel)}, which does not exist, and are never used`,
      'Correct the name, declare the channel under $.channels, or remove the waves.',
    );
  }
}

export function hostIsStaged(fleet: FleetDraft, problems: FleetProblemList): void {
  const stagedOn = new Map<string, ReadonlySet<string>>();
  for (const [channel, waves] of fleet.waves ?? NONE) {
    const lists = (waves ?? []).map((wave) => wave.hosts);
    // Where a list could not be read, a host that seems to be missing may be in it.
    if (waves === undefined || lists.some((hosts) => hosts === undefined || hosts.includes(undefined))) continue;
    if (lists.length > 0) stagedOn.set(channel, new Set(lists.flatMap((hosts) => definedOnly(hosts))));
  }
  for (const [hostname, { channel }] of sortedEntries(fleet.hosts ?? NONE)) {
    const staged = channel === undefined ? undefined : stagedOn.get(channel);
    if (channel === undefined || staged === undefined || staged.has(hostname)) continue;
    problems.warn(
      at('$.hosts', hostname),
      `host ${showName(hostname)} is on channel ${showName(channel)} but in none of its waves, so it is never dispatched`,
      `Put it into one of the waves under ${at('$.waves', channel)}.`,
    );
  }
}

function definedOnly(hostnames: readonly (string | undefined)[] | undefined): readonly string[] {
  return (hostnames ?? []).filter((hostname) => hostname !== undefined);
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
