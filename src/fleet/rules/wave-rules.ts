import { at, showName, sortedEntries } from '../../text/index.ts';
import type { FleetDraft, WaveDraft } from '../fleet-draft.ts';
import type { FleetProblemList } from '../fleet-problem.ts';
import { DEFAULT_SOAK_MINUTES } from '../rollout-manifest.ts';

interface PlacedWave {
  readonly channel: string;
  readonly index: number;
  readonly path: string;
  readonly wave: WaveDraft;
}

function* wavesOf(fleet: FleetDraft): Generator<PlacedWave> {
  for (const [channel, waves] of sortedEntries(fleet.waves ?? NONE)) {
    for (const [index, wave] of (waves ?? []).entries()) {
      yield { channel, index, path: at(at('$.waves', channel), index), wave };
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

export function soakIsNotNegative(fleet: FleetDraft, problems: FleetProblemList): void {
  const check = (soakMinutes: number | undefined, path: string): void => {
    if (soakMinutes === undefined || soakMinutes >= 0) return;
    const message = `soakMinutes is ${soakMinutes}; a soak cannot be negative`;
    problems.error(at(path, 'soakMinutes'), message, 'Set it to the intended minutes, or to 0 for no soak.');
  };
  for (const { path, wave } of wavesOf(fleet)) check(wave.soakMinutes, path);
  for (const [name, policy] of sortedEntries(fleet.rolloutPolicies ?? NONE)) {
    const path = at(at('$.rolloutPolicies', name), 'waves');
    for (const [index, wave] of (policy.waves ?? []).entries()) check(wave.soakMinutes, at(path, index));
  }
}

/** The builder copies the policy's soak into the file's waves. If they differ, the policy's applies. */
export function soakAgreesWithPolicy(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const { channel, index, path, wave } of wavesOf(fleet)) {
    const policyName = fleet.channels?.get(channel)?.rolloutPolicy;
    const policyWaves = policyName === undefined ? undefined : fleet.rolloutPolicies?.get(policyName)?.waves;
    if (policyName === undefined || policyWaves === undefined || wave.soakMinutes === undefined) continue;
    const policyWave = policyWaves[index];
    const policyMinutes = policyWave === undefined ? DEFAULT_SOAK_MINUTES : policyWave.soakMinutes;
    if (policyMinutes === undefined || policyMinutes === wave.soakMinutes) continue;
    // A negative one is reported as such.
    if (policyMinutes < 0 || wave.soakMinutes < 0) continue;
    problems.warn(
      at(path, 'soakMinutes'),
      policyWave === undefined
        ? `the wave has soakMinutes ${wave.soakMinutes}, but policy ${showName(policyName)} has no wave ${index}, so its hosts soak for ${policyMinutes} minutes`
        : `the wave has soakMinutes ${wave.soakMinutes}, but wave ${index} of policy ${showName(policyName)} has ${policyMinutes}, which applies`,
      'Build the file again, so that both agree.',
    );
  }
}

export function waveHasHostsOfItsChannel(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const { channel, path, wave } of wavesOf(fleet)) {
    if (wave.hosts?.some((hostname) => mayBeOn(fleet, channel, hostname)) !== false) continue;
    problems.warn(
      path,
      wave.hosts.length === 0
        ? 'the wave has no hosts and is skipped'
        : `the wave has no host of channel ${showName(channel)} and is skipped`,
      'Remove the wave, or add hosts to it.',
    );
  }
}

/** Whether the host is on the channel, as far as the file could be read. */
function mayBeOn(fleet: FleetDraft, channel: string, hostname: string | undefined): boolean {
  if (hostname === undefined || fleet.hosts === undefined) return true;
  const hostChannel = fleet.hosts.get(hostname)?.channel;
  return hostChannel === undefined || hostChannel === channel;
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
    // A host that seems to be missing may be in a list that could not be read.
    if (waves === undefined || lists.some((hosts) => hosts === undefined || hosts.includes(undefined))) continue;
    if (lists.length > 0) stagedOn.set(channel, new Set(lists.flatMap((hosts) => definedOnly(hosts))));
  }
  for (const [hostname, { channel, pin }] of sortedEntries(fleet.hosts ?? NONE)) {
    if (pin !== null) continue;
    const staged = channel === undefined ? undefined : stagedOn.get(channel);
    if (channel === undefined || staged === undefined || staged.has(hostname)) continue;
    problems.warn(
      at('$.hosts', hostname),
      `host ${showName(hostname)} is on channel ${showName(channel)} but in none of its waves, so it is never dispatched`,
      `Add it to one of the waves under ${at('$.waves', channel)}.`,
    );
  }
}

function definedOnly(hostnames: readonly (string | undefined)[] | undefined): readonly string[] {
  return (hostnames ?? []).filter((hostname) => hostname !== undefined);
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
