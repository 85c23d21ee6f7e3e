import { selectorKey, type RolloutBudget, type RolloutManifest, type Selector } from '../../../src/fleet/index.ts';
import type { HealthFailurePolicy } from '../../../src/machine/events.ts';
import { DEFAULT_SCENARIO, type Scenario, type ScenarioHost, type ScenarioStep } from '../../../src/simulator/index.ts';

export const MINUTE = 60_000;

/** One rollout, said briefly. Hosts are given by wave; a host of no wave is in `unstaged`. */
export interface RolloutSketch {
  readonly channel?: string;
  readonly ref?: string;
  readonly waves: readonly (readonly string[])[];
  readonly unstaged?: readonly string[];
  readonly soakMinutes?: number | readonly number[];
  readonly onHealthFailure?: HealthFailurePolicy;
  /** `[gated, gates]` */
  readonly edges?: readonly (readonly [string, string])[];
  readonly waitsFor?: readonly string[];
  readonly budgets?: readonly RolloutBudget[];
  /** The closure of every host, by name; `{ref}-{host}` unless given. */
  readonly closure?: (host: string) => string;
}

export function sketch(rollout: RolloutSketch): RolloutManifest {
  const { channel = 'stable', ref = 'r1', waves, unstaged = [], onHealthFailure = 'rollback-and-halt' } = rollout;
  const soakOf = (wave: number): number => {
    const { soakMinutes = 5 } = rollout;
    return typeof soakMinutes === 'number' ? soakMinutes : (soakMinutes[wave] ?? 60);
  };
  const closure = rollout.closure ?? ((host: string) => `${ref}-${host}`);
  const hosts = waves
    .flatMap((names, wave) => names.map((hostname) => ({ hostname, wave, staged: true, soakMinutes: soakOf(wave) })))
    .concat(unstaged.map((hostname) => ({ hostname, wave: waves.length, staged: false, soakMinutes: 60 })))
    .map((host) => ({ ...host, targetClosure: closure(host.hostname) }))
    .sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  return {
    rolloutId: `${channel}@${ref}`,
    channel,
    channelRef: ref,
    policyName: 'sketch',
    policy: { onHealthFailure },
    hosts,
    waves: waves.map((names, wave) => ({ hosts: names.toSorted(), soakMinutes: soakOf(wave) })),
    edges: (rollout.edges ?? []).map(([gated, gates]) => ({ gated, gates, reason: null })),
    channelEdges: (rollout.waitsFor ?? []).map((gates) => ({ gates, reason: null })),
    budgets: rollout.budgets ?? [],
    complianceMode: 'disabled',
    freshnessMinutes: 240,
  };
}

export function budgetOf(hosts: readonly string[], limit: number): RolloutBudget {
  const selector: Selector = { all: false, channel: null, hosts: [...hosts], tags: [], tagsAny: [] };
  return { selectorKey: selectorKey(selector), selector, summary: `hosts:${hosts.join(',')}`, hosts, limit };
}

/** A scenario of these rollouts: each host runs something older, nothing goes wrong, and it ends within half a day. */
export function scenarioWith(rollouts: readonly RolloutManifest[], changes: Partial<Scenario> = {}): Scenario {
  const hosts = rollouts.flatMap(({ channel, hosts: members }) =>
    members.map(({ hostname }) => scenarioHost(hostname, channel)),
  );
  return { ...DEFAULT_SCENARIO, untilMs: 12 * 60 * MINUTE, hosts, rollouts, ...changes };
}

function scenarioHost(hostname: string, channel: string): ScenarioHost {
  return {
    hostname,
    channel,
    runningClosure: `r0-${hostname}`,
    probeSet: 0,
    joinsAtMs: 0,
    clockSkewMs: 0,
    clockDriftPpm: 0,
  };
}

/** A step at a time after the start. */
export function after(minutes: number, action: ScenarioStep['do']): ScenarioStep {
  return { when: { type: 'At', atMs: minutes * MINUTE }, do: action };
}
