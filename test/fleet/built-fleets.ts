import fc from 'fast-check';
import type { FleetJson } from './a-fleet.ts';

/*
 * Fleet files as the builder makes them. It resolves the selectors of a policy over all hosts of the fleet, `and` and
 * `not` included, so a wave names hosts of other channels, and names a host again that an earlier wave has.
 */

const TAGS = ['canary', 'db', 'prod', 'web'];
const CHANNELS = ['edge', 'infra', 'stable'];

interface BuiltSelector {
  readonly all: boolean;
  readonly channel: string | null;
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
  readonly tagsAny: readonly string[];
  readonly and: readonly BuiltSelector[];
  readonly not: BuiltSelector | null;
}

interface BuiltHost {
  readonly tags: readonly string[];
  readonly channel: string;
}

function selectsAsBuilt(selector: BuiltSelector, name: string, host: BuiltHost): boolean {
  return (
    selector.all ||
    selector.channel === host.channel ||
    selector.hosts.includes(name) ||
    (selector.tags.length > 0 && selector.tags.every((tag) => host.tags.includes(tag))) ||
    selector.tagsAny.some((tag) => host.tags.includes(tag)) ||
    (selector.and.length > 0 && selector.and.every((part) => selectsAsBuilt(part, name, host))) ||
    (selector.not !== null && !selectsAsBuilt(selector.not, name, host))
  );
}

const hostname = (index: number): string => `host-${index}`;

const tagSet = fc.subarray(TAGS, { maxLength: 2 });

const plainSelector: fc.Arbitrary<BuiltSelector> = fc.record({
  all: fc.constant(false),
  channel: fc.option(fc.constantFrom(...CHANNELS), { freq: 4 }),
  hosts: fc.subarray([0, 1, 2].map(hostname), { maxLength: 1 }),
  tags: tagSet,
  tagsAny: tagSet,
  and: fc.constant([]),
  not: fc.constant(null),
});

const builtSelector: fc.Arbitrary<BuiltSelector> = fc.oneof(
  plainSelector,
  fc
    .record({ selector: plainSelector, and: fc.array(plainSelector, { minLength: 1, maxLength: 2 }) })
    .map(({ selector, and }) => ({ ...selector, and })),
  fc.record({ selector: plainSelector, not: plainSelector }).map(({ selector, not }) => ({ ...selector, not })),
);

const EVERYONE: BuiltSelector = { all: true, channel: null, hosts: [], tags: [], tagsAny: [], and: [], not: null };

/** The same selector, as an older builder spells it: what says nothing is left out. */
function inOldSpelling(selector: BuiltSelector): FleetJson {
  return Object.fromEntries(
    Object.entries(selector).filter(([, value]) => value !== null && value !== false && value.length !== 0),
  );
}

const policy = fc.record({
  // Mostly, the last wave takes everyone who is left. Without it, some hosts may be in no wave.
  waves: fc
    .tuple(
      fc.array(fc.record({ selector: builtSelector, soakMinutes: fc.integer({ min: 0, max: 20 }) }), { maxLength: 3 }),
      fc.integer({ min: 0, max: 4 }),
    )
    .map(([waves, rest]) =>
      waves.length === 0 || rest === 0 ? waves : [...waves, { selector: EVERYONE, soakMinutes: 5 }],
    ),
  onHealthFailure: fc.constantFrom('halt', 'rollback-and-halt'),
});

const parts = fc.record({
  hosts: fc.array(
    fc.record({
      tags: tagSet,
      channel: fc.constantFrom(...CHANNELS),
      hasClosure: fc.integer({ min: 0, max: 9 }).map((draw) => draw > 0),
      isPinned: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  policies: fc.array(policy, { minLength: 3, maxLength: 3 }),
  budgets: fc.array(
    fc.record({
      selector: builtSelector,
      maxInFlight: fc.option(fc.integer({ min: 1, max: 3 })),
      maxInFlightPct: fc.option(fc.integer({ min: 1, max: 100 })),
    }),
    { maxLength: 2 },
  ),
  edges: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 3 }),
  channelEdges: fc.subarray([
    ['edge', 'infra'],
    ['infra', 'stable'],
  ]),
  isOldSpelling: fc.boolean(),
});

/** A fleet file as the builder writes it, in the present spelling or in an older one. */
export const builtFleet: fc.Arbitrary<FleetJson> = parts.map(
  ({ hosts, policies, budgets, edges, channelEdges, isOldSpelling }) => {
    const named = hosts.map((host, index) => [hostname(index), host] as const);
    const spelled = (selector: BuiltSelector) => (isOldSpelling ? inOldSpelling(selector) : selector);
    return {
      schemaVersion: 1,
      hosts: Object.fromEntries(
        named.map(([name, { tags, channel, hasClosure, isPinned }]) => [
          name,
          {
            system: 'x86_64-linux',
            tags,
            channel,
            closureHash: hasClosure ? `new-${name}` : null,
            pubkey: null,
            ...(isPinned ? { pin: { rev: 'abc' } } : {}),
          },
        ]),
      ),
      channels: Object.fromEntries(
        CHANNELS.map((channel) => [
          channel,
          {
            rolloutPolicy: `${channel}-policy`,
            reconcileIntervalMinutes: 30,
            freshnessWindow: 240,
            signingIntervalMinutes: 60,
            compliance: isOldSpelling
              ? { strict: false, frameworks: [] }
              : { mode: 'permissive', frameworks: ['nis2'] },
          },
        ]),
      ),
      rolloutPolicies: Object.fromEntries(
        CHANNELS.map((channel, index) => [
          `${channel}-policy`,
          {
            strategy: 'staged',
            healthGate: isOldSpelling ? {} : { systemdFailedUnits: { max: 0 } },
            onHealthFailure: policies[index]?.onHealthFailure,
            waves: policies[index]?.waves.map((wave) => ({ ...wave, selector: spelled(wave.selector) })),
          },
        ]),
      ),
      waves: Object.fromEntries(
        CHANNELS.map((channel, index) => [
          channel,
          policies[index]?.waves.map(({ selector, soakMinutes }) => ({
            hosts: named.filter(([name, host]) => selectsAsBuilt(selector, name, host)).map(([name]) => name),
            soakMinutes,
          })),
        ]),
      ),
      // From a higher number to a lower one: no cycle.
      edges: edges
        .map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const)
        .filter(([gated, gates]) => gated !== gates && hosts[gated]?.channel === hosts[gates]?.channel)
        .filter(([gated]) => gated < hosts.length)
        .map(([gated, gates]) => ({ gated: hostname(gated), gates: hostname(gates) })),
      ...(isOldSpelling && channelEdges.length === 0
        ? {}
        : {
            channelEdges: channelEdges.map(([gates, gated]) =>
              isOldSpelling ? { before: gates, after: gated } : { gates, gated, reason: 'order' },
            ),
          }),
      disruptionBudgets: budgets.map((budget) => ({ ...budget, selector: spelled(budget.selector) })),
      meta: { schemaVersion: 1, signedAt: '2026-05-16T01:00:00Z', ciCommit: 'abcdef0123' },
    };
  },
);
