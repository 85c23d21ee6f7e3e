import type { RolloutManifest } from '../../../src/fleet/index.ts';
import { misread, type RuleBug } from './rule-bug.ts';

type Host = RolloutManifest['hosts'][number];

const hosts =
  (change: (host: Host, rollout: RolloutManifest) => Host) =>
  (rollout: RolloutManifest): RolloutManifest => ({
    ...rollout,
    hosts: rollout.hosts.map((host) => change(host, rollout)),
  });

/** A fleet file is projected as something else than it declares. */
export const MANIFEST_BUGS: readonly RuleBug[] = misread('fleet-manifest, from a fleet to a rollout', [
  [
    'wrong one',
    'the soak is that of the next wave',
    hosts((host, { waves }) => ({ ...host, soakMinutes: waves[host.wave + 1]?.soakMinutes ?? host.soakMinutes })),
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
