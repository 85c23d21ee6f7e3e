import type { RolloutBudget, RolloutManifest } from '../../../src/fleet/rollout-manifest.ts';
import { byCodeUnit } from '../../../src/text/index.ts';

export interface ManifestSketch {
  readonly channel?: string;
  readonly ref?: string;
  /** The waves that the channel declares, by host; `null` for a channel without waves. */
  readonly waves?: readonly (readonly string[])[] | null;
  /** Hosts in no declared wave, or all hosts of a channel without waves. */
  readonly others?: readonly string[];
  /** `gated` waits for `gates`. */
  readonly edges?: readonly (readonly [gated: string, gates: string])[];
  readonly gatedBy?: readonly string[];
  readonly budgets?: readonly BudgetSketch[];
  readonly soakMinutes?: number;
  readonly targets?: Readonly<Record<string, string>>;
  readonly onHealthFailure?: 'halt' | 'rollback-and-halt';
}

export interface BudgetSketch {
  readonly key: string;
  readonly hosts: readonly string[];
  readonly limit: number | null;
}

const targetOf = (ref: string, host: string): string => `${host}-${ref}`;

/** A manifest in few words. Targets are `{host}-{ref}` unless given. */
export function manifest(sketch: ManifestSketch = {}): RolloutManifest {
  const { channel = 'stable', ref = 'r1', waves = null, others = [], soakMinutes = 10, targets = {} } = sketch;
  const staged = (waves ?? []).flatMap((hosts, wave) => hosts.map((hostname) => ({ hostname, wave, staged: true })));
  const rest = others.map((hostname) => ({ hostname, wave: waves?.length ?? 0, staged: waves === null }));
  return {
    rolloutId: `${channel}@${ref}`,
    channel,
    channelRef: ref,
    policyName: 'policy',
    policy: { onHealthFailure: sketch.onHealthFailure ?? 'rollback-and-halt' },
    hosts: [...staged, ...rest]
      .map((host) => ({
        ...host,
        soakMinutes,
        targetClosure: Object.hasOwn(targets, host.hostname)
          ? (targets[host.hostname] ?? '')
          : targetOf(ref, host.hostname),
      }))
      .sort((a, b) => byCodeUnit(a.hostname, b.hostname)),
    waves: (waves ?? []).map((hosts) => ({ hosts: [...hosts].sort(byCodeUnit), soakMinutes })),
    edges: (sketch.edges ?? []).map(([gated, gates]) => ({ gated, gates, reason: null })),
    channelEdges: (sketch.gatedBy ?? []).map((gates) => ({ gates, reason: null })),
    budgets: (sketch.budgets ?? []).map(budget),
    complianceMode: 'enforce',
    freshnessMinutes: 240,
  };
}

function budget({ key, hosts, limit }: BudgetSketch): RolloutBudget {
  const selector = { all: false, channel: null, hosts: [...hosts].sort(byCodeUnit), tags: [], tagsAny: [] };
  return { selectorKey: key, selector, summary: key, hosts: selector.hosts, limit };
}
