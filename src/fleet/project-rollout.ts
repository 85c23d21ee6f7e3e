import { resolveBudgets } from './budgets.ts';
import { at, byCodeUnit, showName, someNames, sortedEntries } from '../text/index.ts';
import type { Fleet, FleetEdge, FleetPolicy, FleetWave } from './fleet-manifest.ts';
import type { FleetProblem } from './fleet-problem.ts';
import { firstWaves } from './first-waves.ts';
import {
  DEFAULT_SOAK_MINUTES,
  type RolloutEdge,
  type RolloutHost,
  type RolloutManifest,
  type RolloutWave,
} from './rollout-manifest.ts';

/** Overrides for what the file rolls out. */
export interface ProjectionOptions {
  /** The channel ref to roll out; absent or `null` for the file's `ciCommit`. */
  readonly ref?: string | null;
  /**
   * New closures by host. Each replaces the host's `closureHash`, or adds one. Hosts of other channels and pinned hosts
   * are ignored.
   */
  readonly closures?: ReadonlyMap<string, string>;
}

/** A rollout, or the problems that prevent one. */
export type ProjectedRollout =
  | { readonly ok: true; readonly rollout: RolloutManifest }
  | { readonly ok: false; readonly problem: FleetProblem };

const NO_CLOSURES: ReadonlyMap<string, string> = new Map();

/**
 * The rollout of one channel ref to one channel (specification: fleet-manifest, "From a fleet to a rollout").
 *
 * It includes the unpinned hosts of the channel that have a closure; others are dropped from waves and edges. A host
 * that several waves list is in the first of them. Its soak is that of the *policy's* wave with the same index
 * (specification: control-plane, "Dispatch"). The minutes in the file's `waves` are the builder's copy, and are not
 * read.
 */
export function projectRollout(fleet: Fleet, channelName: string, options: ProjectionOptions = {}): ProjectedRollout {
  const channel = fleet.channels.get(channelName);
  if (channel === undefined) {
    const remedy = `Name one of: ${someNames(fleet.channels.keys())}.`;
    return refused('$.channels', `there is no channel ${showName(channelName)}`, remedy);
  }
  const policy = fleet.rolloutPolicies.get(channel.rolloutPolicy);
  if (policy === undefined) {
    const message = `there is no policy ${showName(channel.rolloutPolicy)}`;
    return refused(at(at('$.channels', channelName), 'rolloutPolicy'), message, 'Name a declared policy.');
  }
  const problem = identityProblem(fleet, channelName, options);
  if (problem !== null) return problem;
  const channelRef = options.ref ?? fleet.meta.ciCommit ?? '';
  const declaredWaves = fleet.waves.get(channelName) ?? [];
  const hosts = rolloutHosts(fleet, channelName, policy, declaredWaves, options.closures ?? NO_CLOSURES);
  return {
    ok: true,
    rollout: {
      rolloutId: `${channelName}@${channelRef}`,
      channel: channelName,
      channelRef,
      policyName: channel.rolloutPolicy,
      policy: { onHealthFailure: policy.onHealthFailure },
      hosts,
      waves: rolloutWaves(hosts, policy, declaredWaves.length),
      edges: edgesAmong(hosts, fleet.edges),
      channelEdges: uniqueEdges(fleet.channelEdges.filter((edge) => edge.gated === channelName)).map(
        ({ gates, reason }) => ({ gates, reason }),
      ),
      budgets: resolveBudgets(fleet),
      complianceMode: channel.compliance.mode,
      freshnessMinutes: channel.freshnessWindow,
    },
  };
}

/** A problem with the rollout id, or closures for unknown hosts. */
function identityProblem(fleet: Fleet, channelName: string, options: ProjectionOptions): ProjectedRollout | null {
  if (channelName === '' || channelName.includes('@')) {
    return refused(
      at('$.channels', channelName),
      `the channel name ${showName(channelName)} cannot be part of a rollout id: expected a name that is not empty and has no "@"`,
      'Rename the channel.',
    );
  }
  if ((options.ref ?? fleet.meta.ciCommit ?? '') === '') {
    return refused(
      '$.meta.ciCommit',
      `there is no channel ref to roll out: ${options.ref === '' ? 'the ref given is empty' : 'meta.ciCommit is absent or empty, and no ref was given'}`,
      'Give a ref, or build the fleet from a commit so that meta.ciCommit is set.',
    );
  }
  const unknown = [...(options.closures ?? NO_CLOSURES).keys()].filter((hostname) => !fleet.hosts.has(hostname));
  if (unknown.length === 0) return null;
  const message = `closures were given for hosts that do not exist: ${someNames(unknown.sort(byCodeUnit))}`;
  return refused('$.hosts', message, 'Correct the names, or leave the closures out.');
}

function rolloutHosts(
  fleet: Fleet,
  channelName: string,
  policy: FleetPolicy,
  declaredWaves: readonly FleetWave[],
  closures: ReadonlyMap<string, string>,
): readonly RolloutHost[] {
  const waveOf = firstWaves(declaredWaves);
  const hosts: RolloutHost[] = [];
  for (const [hostname, host] of sortedEntries(fleet.hosts)) {
    const targetClosure = closures.get(hostname) ?? host.closureHash;
    if (host.channel !== channelName || host.pin !== null || targetClosure === null) continue;
    // If no waves are declared, their number is 0, which is also the wave of every host.
    const wave = waveOf.get(hostname) ?? declaredWaves.length;
    const staged = waveOf.has(hostname) || declaredWaves.length === 0;
    const soakMinutes = staged ? soakMinutesOf(policy, wave) : DEFAULT_SOAK_MINUTES;
    hosts.push({ hostname, wave, staged, targetClosure, soakMinutes });
  }
  return hosts;
}

function soakMinutesOf(policy: FleetPolicy, wave: number): number {
  return policy.waves[wave]?.soakMinutes ?? DEFAULT_SOAK_MINUTES;
}

function rolloutWaves(hosts: readonly RolloutHost[], policy: FleetPolicy, count: number): readonly RolloutWave[] {
  const members = Array.from({ length: count }, (): string[] => []);
  for (const { hostname, wave } of hosts) members[wave]?.push(hostname);
  return members.map((hostnames, wave) => ({ hosts: hostnames, soakMinutes: soakMinutesOf(policy, wave) }));
}

function edgesAmong(hosts: readonly RolloutHost[], edges: readonly FleetEdge[]): readonly RolloutEdge[] {
  const members = new Set(hosts.map(({ hostname }) => hostname));
  return uniqueEdges(edges.filter(({ gated, gates }) => members.has(gated) && members.has(gates)));
}

/**
 * The edges, sorted, one per pair. Of several reasons, the first in order counts, so the file's order does not matter.
 */
function uniqueEdges(edges: readonly FleetEdge[]): readonly FleetEdge[] {
  const sorted = [...edges].sort(
    (a, b) =>
      byCodeUnit(a.gated, b.gated) ||
      byCodeUnit(a.gates, b.gates) ||
      byCodeUnit(a.reason ?? '\uFFFF', b.reason ?? '\uFFFF'),
  );
  return sorted.filter(({ gated, gates }, index) => {
    const before = sorted[index - 1];
    return before?.gated !== gated || before.gates !== gates;
  });
}

function refused(path: string, message: string, remedy: string): ProjectedRollout {
  return { ok: false, problem: { severity: 'error', path, message, remedy } };
}
