import { readFileSync } from 'node:fs';
import {
  parseFleet,
  type Fleet,
  type FleetWave,
  type PolicyWave,
  type RolloutManifest,
} from '../../../src/fleet/index.ts';
import { misread, type RuleBug } from './rule-bug.ts';

type Host = RolloutManifest['hosts'][number];

const hosts =
  (change: (host: Host, rollout: RolloutManifest) => Host) =>
  (rollout: RolloutManifest): RolloutManifest => ({
    ...rollout,
    hosts: rollout.hosts.map((host) => change(host, rollout)),
  });

/** The only example in which the soaks of the file's waves differ from those of the policy. */
const CROSSED = fleetOf('examples/fleets/crossed.json');

function fleetOf(path: string): Fleet {
  const read = parseFleet(readFileSync(path, 'utf8'));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.fleet;
}

type SoakOf = (wave: number, policy: readonly PolicyWave[], file: readonly FleetWave[]) => number | undefined;

/** A manifest has neither the waves of the policy nor the soaks of the file, so only this fleet is misread. */
const soaksOfCrossed = (soakOf: SoakOf) =>
  hosts((host, { channel, channelRef, policyName }) => {
    const { meta, rolloutPolicies, waves } = CROSSED;
    if (channelRef !== meta.ciCommit || !host.staged) return host;
    const soak = soakOf(host.wave, rolloutPolicies.get(policyName)?.waves ?? [], waves.get(channel) ?? []);
    return { ...host, soakMinutes: soak ?? host.soakMinutes };
  });

/** A fleet file is projected as something else than it declares. */
export const MANIFEST_BUGS: readonly RuleBug[] = misread('fleet-manifest, from a fleet to a rollout', [
  [
    'wrong one',
    'the soak is that of the next wave',
    hosts((host, { waves }) => ({ ...host, soakMinutes: waves[host.wave + 1]?.soakMinutes ?? host.soakMinutes })),
  ],
  ['wrong one', 'the soak is that of the wave in the file', soaksOfCrossed((wave, _, file) => file[wave]?.soakMinutes)],
  [
    'wrong one',
    'a wave that the policy does not have soaks as its last one',
    soaksOfCrossed((wave, policy) => (policy[wave] ?? policy.at(-1))?.soakMinutes),
  ],
  [
    'too early or too often',
    'a wave that the policy does not have does not soak',
    soaksOfCrossed((wave, policy) => policy[wave]?.soakMinutes ?? 0),
  ],
  ['too early or too often', 'every host is in the first wave', hosts((host) => ({ ...host, wave: 0, staged: true }))],
  ['never', 'the last host of a channel is left out', (one) => ({ ...one, hosts: one.hosts.slice(0, -1) })],
  [
    'wrong one',
    'a host gets the closure of another',
    hosts((host, { hosts: [first = host] }) => ({
      ...host,
      targetClosure: first.targetClosure,
    })),
  ],
  ['never', 'budgets are not read', (one) => ({ ...one, budgets: [] })],
  [
    'too early or too often',
    'a budget allows one host more',
    (one) => ({ ...one, budgets: one.budgets.map((budget) => ({ ...budget, limit: (budget.limit ?? 0) + 1 })) }),
  ],
  [
    'wrong one',
    'a budget covers one host less',
    (one) => ({ ...one, budgets: one.budgets.map((budget) => ({ ...budget, hosts: budget.hosts.slice(1) })) }),
  ],
  [
    'wrong one',
    'the edges of the file are turned around',
    (one) => ({
      ...one,
      edges: one.edges.map(({ gated, gates, reason }) => ({ gated: gates, gates: gated, reason })),
    }),
  ],
  ['never', 'the edges of channels are not read', (one) => ({ ...one, channelEdges: [] })],
  [
    'wrong one',
    'the policy of every channel is to halt',
    (one) => ({ ...one, policy: { ...one.policy, onHealthFailure: 'halt' } }),
  ],
  ['never', 'compliance is not read', (one) => ({ ...one, complianceMode: 'disabled' })],
]);
