import type { RolloutManifest } from '../../fleet/index.ts';
import type { HealthFailurePolicy } from '../../machine/index.ts';
import type { Scenario } from '../scenario.ts';

/** One wave of a rollout; the hosts of all waves together, in this order, are numbered from 0. */
export interface RunWave {
  /** `null` where it is not recorded: an event log does not say. */
  readonly soakMinutes: number | null;
  readonly hosts: readonly string[];
  /** The target closure of each host; `""` where it is not recorded. */
  readonly targets: readonly string[];
}

/** A disruption budget, and which hosts of this rollout it selects, by number. */
export interface RunBudget {
  readonly selectorKey: string;
  readonly summary: string;
  readonly limit: number | null;
  readonly hosts: readonly number[];
}

/** What is fixed about a rollout before it opens, as far as reports, run files and the page need it. */
export interface RunRollout {
  readonly rolloutId: string;
  readonly channel: string;
  /** `null` where it is not recorded. */
  readonly onHealthFailure: HealthFailurePolicy | null;
  /** At least one. Hosts that the channel lists in no wave form one more. */
  readonly waves: readonly RunWave[];
  readonly edges: readonly { readonly gated: string; readonly gates: string }[];
  /** The channels that it waits for. */
  readonly channelEdges: readonly string[];
  readonly budgets: readonly RunBudget[];
}

/** Every rollout that a run of the scenario may open, each once. */
export function runRolloutsOf({ rollouts, steps }: Scenario): readonly RunRollout[] {
  const later = steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []));
  const manifests = new Map([...rollouts, ...later].map((manifest) => [manifest.rolloutId, manifest]));
  return [...manifests.values()].map(runRolloutOf);
}

/** What is fixed about the rollout of a manifest. */
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
