import { selectorKey, type RolloutHost, type RolloutManifest, type Selector } from '../fleet/index.ts';
import { DEFAULT_SCENARIO } from './scenario-defaults.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';

/** What a made-up fleet is like. */
export interface GeneratedFleet {
  readonly hosts: number;
  readonly waves: number;
  readonly soakMinutes: number;
  /** How many hosts of a hundred may be in flight at once; 100 for as many as there are. */
  readonly inFlightPct: number;
}

export const DEFAULT_GENERATED_FLEET: GeneratedFleet = Object.freeze({
  hosts: 50,
  waves: 3,
  soakMinutes: 30,
  inFlightPct: 25,
});

/** More would not fit into memory. */
export const MAX_GENERATED_HOSTS = 1_000_000;
export const MAX_GENERATED_WAVES = 1000;

const CHANNEL = 'stable';
const REF = 'generated';
/** The first wave of a fleet with several is small: a twentieth of the others. */
const CANARY_SHARE = 0.05;

/** A rollout of one channel to so many hosts in so many waves: each host gets a new closure, and nothing goes wrong. */
export function generatedScenario(fleet: GeneratedFleet): Scenario {
  const names = hostnames(fleet.hosts);
  const waveOf = waves(fleet);
  const targets = names.map((hostname): RolloutHost => {
    return { hostname, wave: 0, staged: true, targetClosure: `new-${hostname}`, soakMinutes: fleet.soakMinutes };
  });
  const hosts = targets.map((host, at) => ({ ...host, wave: waveOf[at] ?? 0 }));
  const members = Array.from({ length: fleet.waves }, (): string[] => []);
  for (const { hostname, wave } of hosts) members[wave]?.push(hostname);
  const manifest: RolloutManifest = {
    rolloutId: `${CHANNEL}@${REF}`,
    channel: CHANNEL,
    channelRef: REF,
    policyName: 'generated',
    policy: { onHealthFailure: 'rollback-and-halt' },
    hosts,
    waves: members.map((wave) => ({ hosts: wave, soakMinutes: fleet.soakMinutes })),
    edges: [],
    channelEdges: [],
    budgets: fleet.inFlightPct >= 100 ? [] : [budgetOfAll(names, fleet.inFlightPct)],
    complianceMode: 'disabled',
  };
  return {
    ...DEFAULT_SCENARIO,
    title: `Rollout to a generated fleet`,
    hosts: names.map((hostname): ScenarioHost => ({
      hostname,
      channel: CHANNEL,
      runningClosure: `old-${hostname}`,
      probeSet: 0,
      joinsAtMs: 0,
      clockSkewMs: 0,
      clockDriftPpm: 0,
    })),
    rollouts: [manifest],
  };
}

/** Numbered so that they sort as they count. */
function hostnames(count: number): readonly string[] {
  const digits = String(Math.max(0, count - 1)).length;
  return Array.from({ length: count }, (_, at) => `host-${String(at).padStart(digits, '0')}`);
}

/** By position: a small first wave, and the others alike. */
function waves({ hosts, waves: count }: GeneratedFleet): Uint16Array {
  const waveOf = new Uint16Array(hosts);
  if (count < 2) return waveOf;
  const canaries = Math.max(1, Math.min(Math.floor(hosts / count), Math.round((hosts / count) * CANARY_SHARE)));
  const rest = hosts - canaries;
  for (let at = canaries; at < hosts; at += 1) waveOf[at] = 1 + Math.floor(((at - canaries) * (count - 1)) / rest);
  return waveOf;
}

function budgetOfAll(hosts: readonly string[], percent: number): RolloutManifest['budgets'][number] {
  const selector: Selector = { all: true, channel: null, hosts: [], tags: [], tagsAny: [] };
  const limit = Math.max(1, Math.floor((hosts.length * percent) / 100));
  return { selectorKey: selectorKey(selector), selector, summary: 'all', hosts, limit };
}
