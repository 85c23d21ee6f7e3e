import type { RolloutManifest } from '../../fleet/index.ts';
import type { HealthFailurePolicy } from '../../machine/index.ts';
import type { Scenario } from '../scenario.ts';

/** One wave of a rollout. Hosts are numbered from 0 across all waves, in this order. */
export interface RunWave {
  /** `null` if unknown: event logs do not record it. */
  readonly soakMinutes: number | null;
  readonly hosts: readonly string[];
  /** The target closure of each host; `""` if unknown. */
  readonly targets: readonly string[];
}

/** A disruption budget, and which hosts of this rollout it selects, by number. */
export interface RunBudget {
  readonly selectorKey: string;
  readonly summary: string;
  readonly limit: number | null;
  readonly hosts: readonly number[];
}

/** What is fixed about a rollout before it opens and needed by reports, run files and the page. */
export interface RunRollout {
  readonly rolloutId: string;
  readonly channel: string;
  /** `null` if unknown. */
  readonly onHealthFailure: HealthFailurePolicy | null;
  /** At least one. Hosts in none of the channel's waves form an additional one. */
  readonly waves: readonly RunWave[];
  readonly edges: readonly { readonly gated: string; readonly gates: string }[];
  /** The channels that it waits for. */
  readonly channelEdges: readonly string[];
  readonly budgets: readonly RunBudget[];
}

/** Every rollout that a run of the scenario may open. */
export function runRolloutsOf({ rollouts, steps }: Scenario): readonly RunRollout[] {
  const later = steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []));
  const manifests = new Map([...rollouts, ...later].map((manifest) => [manifest.rolloutId, manifest]));
  return [...manifests.values()].map(runRolloutOf);
}

/** The fixed part of a manifest's rollout. */
export function runRolloutOf(manifest: RolloutManifest): RunRollout {
  const { rolloutId, channel, policy, edges, channelEdges } = manifest;
  const waves = wavesOf(manifest);
  const numbers = new Map(waves.flatMap(({ hosts }) => hosts).map((hostname, number) => [hostname, number]));
  return {
    rolloutId,
    channel,
    onHealthFailure: policy.onHealthFailure,
    waves,
    edges: edges.map(({ gated, gates }) => ({ gated, gates })),
    channelEdges: channelEdges.map(({ gates }) => gates),
    budgets: manifest.budgets.map(({ selectorKey, summary, limit, hosts }) => ({
      selectorKey,
      summary,
      limit,
      hosts: hosts.flatMap((hostname) => numbers.get(hostname) ?? []),
    })),
  };
}

function wavesOf({ waves, hosts }: RolloutManifest): readonly RunWave[] {
  const members: RolloutManifest['hosts'][number][][] = Array.from({ length: Math.max(1, waves.length) }, () => []);
  for (const host of hosts) (members[host.wave] ??= []).push(host);
  return members.map((own, wave) => ({
    soakMinutes: waves[wave]?.soakMinutes ?? own[0]?.soakMinutes ?? 0,
    hosts: own.map(({ hostname }) => hostname),
    targets: own.map(({ targetClosure }) => targetClosure),
  }));
}
