import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { projectRollout } from '../../src/fleet/index.ts';
import { aChannel, aFleet, aHost, aSelector } from './a-fleet.ts';
import { fleetOf, rolloutOf } from './expect-fleet.ts';

test('a rollout of the small fleet, whole', () => {
  expect(rolloutOf(fleetOf(aFleet()), 'stable')).toEqual({
    rolloutId: 'stable@c0ffee',
    channel: 'stable',
    channelRef: 'c0ffee',
    policyName: 'careful',
    policy: { onHealthFailure: 'rollback-and-halt' },
    hosts: [
      { hostname: 'a', wave: 0, staged: true, targetClosure: 'new', soakMinutes: 10 },
      { hostname: 'b', wave: 1, staged: true, targetClosure: 'new', soakMinutes: 20 },
      { hostname: 'c', wave: 1, staged: true, targetClosure: 'new', soakMinutes: 20 },
    ],
    waves: [
      { hosts: ['a'], soakMinutes: 10 },
      { hosts: ['b', 'c'], soakMinutes: 20 },
    ],
    edges: [{ gated: 'b', gates: 'c', reason: 'replica first' }],
    channelEdges: [{ gates: 'edge', reason: null }],
    budgets: [
      {
        selectorKey: '[false,null,[],["web"],[]]',
        selector: aSelector({ tags: ['web'] }),
        summary: 'tags:web',
        hosts: ['a', 'b', 'e'],
        limit: 1,
      },
    ],
    complianceMode: 'enforce',
    freshnessMinutes: 180,
  });
});

describe('hosts', () => {
  test('without declared waves every host is in wave 0, soaking as long as the policy’s first wave', () => {
    const json = aFleet();
    expect(rolloutOf(fleetOf(json), 'edge')).toMatchObject({
      waves: [],
      hosts: [{ wave: 0, staged: true, soakMinutes: 60 }],
    });
    json['channels'].edge.rolloutPolicy = 'careful';
    expect(rolloutOf(fleetOf(json), 'edge').hosts).toMatchObject([{ wave: 0, staged: true, soakMinutes: 10 }]);
  });

  test('the soak is the policy’s, not the one beside the host list, and 60 past the policy’s last wave', () => {
    const json = aFleet();
    json['rolloutPolicies'].careful.waves.pop();
    json['waves'].stable[0].soakMinutes = 7;
    const rollout = rolloutOf(fleetOf(json), 'stable');
    expect(rollout.waves.map((wave) => wave.soakMinutes)).toEqual([10, 60]);
    expect(rollout.hosts.map((host) => host.soakMinutes)).toEqual([10, 60, 60]);
  });

  test('a host in none of the declared waves is one past the last, and not staged', () => {
    const json = aFleet();
    json['hosts'].z = aHost('stable');
    const rollout = rolloutOf(fleetOf(json), 'stable');
    expect(rollout.hosts.at(-1)).toEqual({
      hostname: 'z',
      wave: 2,
      staged: false,
      targetClosure: 'new',
      soakMinutes: 60,
    });
    expect(rollout.waves.flatMap((wave) => wave.hosts)).not.toContain('z');
  });

  test('a host without a closure is left out of hosts, waves and edges, but still counted by budgets', () => {
    const json = aFleet();
    json['hosts'].b.closureHash = null;
    const rollout = rolloutOf(fleetOf(json), 'stable');
    expect(rollout.hosts.map((host) => host.hostname)).toEqual(['a', 'c']);
    expect(rollout.waves.map((wave) => wave.hosts)).toEqual([['a'], ['c']]);
    expect(rollout.edges).toEqual([]);
    expect(rollout.budgets[0]?.hosts).toEqual(['a', 'b', 'e']);
  });

  test('closures say what is new, and those of other channels are left alone', () => {
    const json = aFleet();
    json['hosts'].b.closureHash = null;
    const closures = new Map([
      ['b', 'newer-b'],
      ['a', 'newer-a'],
      ['e', 'newer-e'],
    ]);
    const { hosts } = rolloutOf(fleetOf(json), 'stable', { closures });
    expect(hosts.map((host) => host.targetClosure)).toEqual(['newer-a', 'newer-b', 'new']);
  });

  test('of several waves the first holds, and hosts of other channels are passed over', () => {
    const json = aFleet();
    json['waves'].stable[1].hosts = ['a', 'b', 'c', 'e'];
    const rollout = rolloutOf(fleetOf(json), 'stable');
    expect(rollout.waves.map((wave) => wave.hosts)).toEqual([['a'], ['b', 'c']]);
  });

  test('a pinned host keeps its closure, whatever is new', () => {
    const json = aFleet();
    json['hosts'].b.pin = { generation: 7 };
    const rollout = rolloutOf(fleetOf(json), 'stable', { closures: new Map([['b', 'newer']]) });
    expect(rollout.hosts.map((host) => host.hostname)).toEqual(['a', 'c']);
    expect(rollout.budgets[0]?.hosts).toEqual(['a', 'b', 'e']);
  });

  test('a wave without hosts keeps its place', () => {
    const json = aFleet();
    json['waves'].stable.unshift({ hosts: [], soakMinutes: 1 });
    const rollout = rolloutOf(fleetOf(json), 'stable');
    expect(rollout.waves.map((wave) => wave.hosts)).toEqual([[], ['a'], ['b', 'c']]);
    expect(rollout.hosts.map((host) => host.wave)).toEqual([1, 2, 2]);
  });
});

test('budgets of one selector become one, with the smaller limit', () => {
  const json = aFleet();
  json['disruptionBudgets'] = [
    { selector: aSelector({ tagsAny: ['web', 'db'] }), maxInFlight: 3, maxInFlightPct: null },
    { selector: aSelector({ tagsAny: ['db', 'web'] }), maxInFlight: 2, maxInFlightPct: null },
    { selector: aSelector({ tagsAny: ['web', 'db'] }), maxInFlight: null, maxInFlightPct: null },
    { selector: aSelector({ all: true }), maxInFlight: null, maxInFlightPct: null },
  ];
  const budgets = rolloutOf(fleetOf(json), 'stable').budgets;
  expect(budgets.map(({ summary, limit }) => [summary, limit])).toEqual([
    ['tags_any:db,web', 2],
    ['all', null],
  ]);
});

describe('refusals', () => {
  const withChannel = (name: string) => {
    const json = aFleet();
    json['channels'][name] = aChannel('fast');
    json['hosts'].n = aHost(name);
    return fleetOf(json);
  };
  const withoutCommit = () => {
    const json = aFleet();
    json['meta'].ciCommit = null;
    return fleetOf(json);
  };
  test.each([
    ['an unknown channel', fleetOf(aFleet()), 'nightly', {}, '$.channels', 'there is no channel nightly'],
    ['no ref', withoutCommit(), 'stable', {}, '$.meta.ciCommit', 'no ref was given'],
    ['a null ref', withoutCommit(), 'stable', { ref: null }, '$.meta.ciCommit', 'no ref was given'],
    ['an empty ref', fleetOf(aFleet()), 'stable', { ref: '' }, '$.meta.ciCommit', 'the ref given is empty'],
    ['an empty channel name', withChannel(''), '', {}, '$.channels[""]', 'cannot be part of a rollout id'],
    ['a channel name with @', withChannel('a@b'), 'a@b', {}, '$.channels["a@b"]', 'cannot be part of a rollout id'],
    [
      'closures for unknown hosts, all of them named',
      fleetOf(aFleet()),
      'edge',
      { closures: new Map([...'zyxwvutsrq'].map((name) => [name, 'new'])) },
      '$.hosts',
      'do not exist: q, r, s, t, u, v, w, x, …',
    ],
  ])('%s', (_name, fleet, channel, options, path, message) => {
    expect(projectRollout(fleet, channel, options)).toMatchObject({
      ok: false,
      problem: { severity: 'error', path, message: expect.stringContaining(message) },
    });
  });

  test('a ref that is given needs no ciCommit', () => {
    expect(rolloutOf(withoutCommit(), 'edge', { ref: 'x@y' })).toMatchObject({
      rolloutId: 'edge@x@y',
      channelRef: 'x@y',
    });
  });
});

test('the order of anything in the file does not matter', () => {
  const text = readFileSync('examples/fleets/harbor.json', 'utf8');
  const channels = ['edge', 'stable', 'database'];
  const rollouts = channels.map((channel) => rolloutOf(fleetOf(text), channel));
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (stream) => {
      const shuffled = <Item>(items: readonly Item[]): Item[] =>
        items
          .map((item) => [stream.next().value ?? 0, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item);
      const json = JSON.parse(text);
      for (const key of ['hosts', 'channels', 'rolloutPolicies', 'waves']) {
        json[key] = Object.fromEntries(shuffled(Object.entries(json[key])));
      }
      for (const key of ['edges', 'channelEdges', 'disruptionBudgets']) json[key] = shuffled(json[key]);
      for (const host of Object.values<{ tags: string[] }>(json.hosts)) host.tags = shuffled(host.tags);
      for (const wave of json.waves.stable) wave.hosts = shuffled(wave.hosts);
      expect(channels.map((channel) => rolloutOf(fleetOf(json), channel))).toEqual(rollouts);
    }),
    { numRuns: 20 },
  );
});

test('any name may be a host, tag, channel, policy or wave', () => {
  for (const name of ['__proto__', 'constructor', 'toString', '10', ' ', '\uD800']) {
    const base = aFleet();
    // By text, because a test that assigned to `__proto__` would itself lose the name.
    const text = JSON.stringify({
      ...base,
      hosts: { ...base['hosts'], ['@NAME@']: aHost('@NAME@', ['@NAME@']) },
      channels: { ...base['channels'], ['@NAME@']: aChannel('@NAME@') },
      rolloutPolicies: { ...base['rolloutPolicies'], ['@NAME@']: base['rolloutPolicies'].careful },
      waves: { ...base['waves'], ['@NAME@']: [{ hosts: ['@NAME@'], soakMinutes: 10 }] },
      disruptionBudgets: [{ selector: aSelector({ tags: ['@NAME@'] }), maxInFlight: 1, maxInFlightPct: null }],
    }).replaceAll('"@NAME@"', JSON.stringify(name));
    const fleet = fleetOf(text);
    expect(rolloutOf(fleet, name)).toMatchObject({
      rolloutId: `${name}@c0ffee`,
      hosts: [{ hostname: name, wave: 0, staged: true, soakMinutes: 10 }],
      waves: [{ hosts: [name] }],
      budgets: [{ hosts: [name], summary: `tags:${name}` }],
    });
    expect(rolloutOf(fleet, 'stable').hosts.map((host) => host.hostname)).toEqual(['a', 'b', 'c']);
  }
});
