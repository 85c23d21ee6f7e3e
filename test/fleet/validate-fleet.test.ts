import { describe, expect, test } from 'vitest';
import { byCodeUnit } from '../../src/text/index.ts';
import { aFleet, aHost, aSelector, type FleetJson } from './a-fleet.ts';
import { expectHelpful, placesOf, problemsOf } from './expect-fleet.ts';

interface Fault {
  readonly name: string;
  readonly spoil: (json: FleetJson) => void;
  /** `severity path` of every problem that the fault alone causes. */
  readonly places: readonly string[];
  readonly message: string;
}

/** Each breaks one rule and touches nothing that another needs, so that all can be made at once. */
const FAULTS: readonly Fault[] = [
  {
    name: 'a host on an unknown channel',
    spoil: (json) => void (json['hosts'].lost = aHost('nightly')),
    places: ['error $.hosts.lost.channel'],
    message: 'host lost is on channel nightly, which does not exist',
  },
  {
    name: 'a channel with an unknown policy',
    spoil: (json) => void (json['channels'].edge.rolloutPolicy = 'reckless'),
    places: ['error $.channels.edge.rolloutPolicy'],
    message: 'channel edge names the policy reckless, which does not exist',
  },
  {
    name: 'an edge that names an unknown host',
    spoil: (json) => void (json['edges'][1] = { gated: 'a', gates: 'ghost' }),
    places: ['error $.edges[1].gates'],
    message: 'the edge names the host ghost',
  },
  {
    name: 'an edge between hosts of two channels',
    spoil: (json) => void (json['edges'][2] = { gated: 'a', gates: 'e' }),
    places: ['error $.edges[2]'],
    message: 'a is on stable, e on edge',
  },
  {
    name: 'a cycle among edges',
    spoil: (json) => void (json['edges'][3] = { gated: 'c', gates: 'b' }),
    places: ['error $.edges[0]'],
    message: 'b → c → b',
  },
  {
    name: 'a channel edge with an unknown channel',
    spoil: (json) => void (json['channelEdges'][1] = { gated: 'beta', gates: 'edge' }),
    places: ['error $.channelEdges[1].gated'],
    message: 'the edge names the channel beta',
  },
  {
    name: 'a cycle among channel edges',
    spoil: (json) => void (json['channelEdges'][2] = { gated: 'edge', gates: 'stable' }),
    places: ['error $.channelEdges[0]'],
    message: 'edge → stable → edge',
  },
  {
    name: 'a wave that lists an unknown host',
    spoil: (json) => void (json['waves'].stable[2] = { hosts: ['nobody'], soakMinutes: 1 }),
    places: ['error $.waves.stable[2].hosts[0]'],
    message: 'the wave lists the host nobody',
  },
  {
    name: 'a wave that lists hosts of other channels only',
    spoil: (json) => void (json['waves'].stable[3] = { hosts: ['e'], soakMinutes: 1 }),
    places: ['warning $.waves.stable[3]'],
    message: 'the wave has no host of channel stable',
  },
  {
    name: 'a soak that differs from the policy’s',
    spoil: (json) => void (json['waves'].stable[4] = { hosts: ['a'], soakMinutes: 7 }),
    places: ['warning $.waves.stable[4].soakMinutes'],
    message: 'the wave has soakMinutes 7, but wave 4 of policy careful has 1, which applies',
  },
  {
    name: 'a negative soak of a wave',
    spoil: (json) => void (json['waves'].stable[0].soakMinutes = -1),
    places: ['error $.waves.stable[0].soakMinutes'],
    message: 'soakMinutes is -1',
  },
  {
    name: 'a negative soak in a policy',
    spoil: (json) => void (json['rolloutPolicies'].careful.waves[1].soakMinutes = -5),
    places: ['error $.rolloutPolicies.careful.waves[1].soakMinutes'],
    message: 'soakMinutes is -5',
  },
  {
    name: 'a percentage above 100',
    spoil: (json) => void (json['disruptionBudgets'][0].maxInFlightPct = 100.5),
    places: ['error $.disruptionBudgets[0].maxInFlightPct'],
    message: 'maxInFlightPct is 100.5',
  },
  {
    name: 'a percentage below 0',
    spoil: (json) =>
      void (json['disruptionBudgets'][1] = {
        selector: aSelector({ all: true }),
        maxInFlight: null,
        maxInFlightPct: -1,
      }),
    places: ['error $.disruptionBudgets[1].maxInFlightPct'],
    message: 'maxInFlightPct is -1',
  },
  {
    name: 'a freshness window below twice the signing interval',
    spoil: (json) => void (json['channels'].stable.freshnessWindow = 119),
    places: ['error $.channels.stable.freshnessWindow'],
    message: 'less than twice signingIntervalMinutes (2 × 60)',
  },
  {
    name: 'a host in none of its channel’s waves',
    spoil: (json) => void (json['hosts'].unstaged = aHost('stable')),
    places: ['warning $.hosts.unstaged'],
    message: 'in none of its waves, so it is never dispatched',
  },
  {
    name: 'an empty wave',
    spoil: (json) => void (json['waves'].stable[5] = { hosts: [], soakMinutes: 1 }),
    places: ['warning $.waves.stable[5]'],
    message: 'the wave has no hosts',
  },
  {
    name: 'waves of an unknown channel',
    spoil: (json) => void (json['waves'].old = []),
    places: ['warning $.waves.old'],
    message: 'channel old, which does not exist',
  },
  {
    name: 'a channel whose hosts have no closure',
    spoil: (json) => void (json['hosts'].e.closureHash = null),
    places: ['warning $.channels.edge'],
    message: 'no host of channel edge has a closureHash',
  },
  {
    name: 'a channel whose hosts are all pinned',
    spoil: (json) => {
      json['channels'].held = { ...json['channels'].stable, freshnessWindow: 120 };
      json['hosts'].pinned = { ...aHost('held'), pin: { generation: 7 } };
    },
    places: ['warning $.channels.held'],
    message: 'every host of channel held is pinned',
  },
  {
    name: 'a channel without hosts',
    spoil: (json) => void (json['channels'].idle = { ...json['channels'].stable, freshnessWindow: 120 }),
    places: ['warning $.channels.idle'],
    message: 'channel idle has no hosts',
  },
  {
    name: 'a budget that selects no host',
    spoil: (json) =>
      void (json['disruptionBudgets'][2] = {
        selector: aSelector({ tags: ['db', 'x'] }),
        maxInFlight: 1,
        maxInFlightPct: null,
      }),
    places: ['warning $.disruptionBudgets[2].selector'],
    message: 'the budget selects no host ("tags:db,x")',
  },
  {
    name: 'a budget whose selector has nothing that a control plane reads',
    spoil: (json) =>
      void (json['disruptionBudgets'][4] = {
        selector: { ...aSelector(), and: [], not: aSelector({ tags: ['db'] }) },
        maxInFlight: 1,
        maxInFlightPct: null,
      }),
    places: ['warning $.disruptionBudgets[4].selector'],
    message: 'does not read "not" of a budget\'s selector, so the budget selects no host and limits nothing',
  },
  {
    name: 'a budget whose selector is read in part',
    spoil: (json) =>
      void (json['disruptionBudgets'][5] = {
        selector: { ...aSelector({ tags: ['db'] }), and: [aSelector()], not: aSelector() },
        maxInFlight: 1,
        maxInFlightPct: null,
      }),
    places: ['warning $.disruptionBudgets[5].selector'],
    message: 'does not read "and" and "not" of a budget\'s selector, so the budget selects b, c, by tags:db alone',
  },
  {
    name: 'an edge against the waves',
    spoil: (json) => void (json['edges'][4] = { gated: 'a', gates: 'c' }),
    places: ['warning $.edges[4]'],
    message: 'a waits for c, which is in the later wave 1 and starts only when wave 0 is done',
  },
  {
    name: 'a budget that allows none',
    spoil: (json) =>
      void (json['disruptionBudgets'][3] = {
        selector: aSelector({ hosts: ['a'] }),
        maxInFlight: 0,
        maxInFlightPct: null,
      }),
    places: ['warning $.disruptionBudgets[3].maxInFlight'],
    message: 'the budget allows 0',
  },
];

/** What the faults cause only together: the channel that the edge channel then waits for can never converge. */
const CAUSED_TOGETHER = ['warning $.channelEdges[2]'];

/** Fills the places that a fault made alone skips. */
function withoutHoles(json: FleetJson): FleetJson {
  json['edges'] = fill(json['edges'], { gated: 'b', gates: 'c' });
  json['channelEdges'] = fill(json['channelEdges'], { gated: 'stable', gates: 'edge' });
  json['disruptionBudgets'] = fill(json['disruptionBudgets'], { selector: aSelector({ all: true }), maxInFlight: 1 });
  let spare = 0;
  json['waves'].stable = Array.from(json['waves'].stable, (wave) => {
    if (wave !== undefined) return wave;
    spare += 1;
    json['hosts'][`spare-${spare}`] = aHost('stable');
    return { hosts: [`spare-${spare}`], soakMinutes: 1 };
  });
  const { careful } = json['rolloutPolicies'];
  for (let wave = careful.waves.length; wave < json['waves'].stable.length; wave += 1)
    careful.waves.push({ selector: aSelector(), soakMinutes: 1 });
  return json;
}

function fill(list: unknown[], value: unknown): unknown[] {
  return Array.from(list, (item) => item ?? value);
}

test('the fleet that the faults are made in has no problem', () => {
  expect(placesOf(aFleet())).toEqual([]);
});

describe('each fault alone', () => {
  test.each(FAULTS)('$name', ({ spoil, places, message }) => {
    const json = aFleet();
    spoil(json);
    const problems = problemsOf(withoutHoles(json));
    expect(problems.map((problem) => `${problem.severity} ${problem.path}`)).toEqual(places);
    expect(problems[0]?.message).toContain(message);
    expectHelpful(problems);
  });
});

test('all problems together are all reported, errors first', () => {
  const json = aFleet();
  for (const { spoil } of FAULTS) spoil(json);
  const places = placesOf(withoutHoles(json));
  const expected = [...FAULTS.flatMap((fault) => fault.places), ...CAUSED_TOGETHER];
  expect([...places].sort()).toEqual([...expected].sort());
  const severities = places.map((place) => place.slice(0, place.indexOf(' ')));
  expect(severities).toEqual(severities.toSorted(byCodeUnit));
});

describe('what is no fault', () => {
  test.each<[string, (json: FleetJson) => void]>([
    [
      'a freshness window of exactly twice the interval',
      (json) => void (json['channels'].stable.freshnessWindow = 120),
    ],
    ['0 and 100 per cent', (json) => void (json['disruptionBudgets'][0].maxInFlightPct = 0)],
    ['a percentage of 100', (json) => void (json['disruptionBudgets'][0].maxInFlightPct = 100)],
    [
      'a soak of 0',
      (json) => {
        json['waves'].stable[0].soakMinutes = 0;
        json['rolloutPolicies'].careful.waves[0].soakMinutes = 0;
      },
    ],
    ['a wave that lists a host of another channel', (json) => void json['waves'].stable[0].hosts.push('e')],
    ['a host in two waves', (json) => void json['waves'].stable[1].hosts.push('a')],
    [
      'a selector with nothing in and and not',
      (json) => {
        json['disruptionBudgets'][0].selector = { ...aSelector({ tags: ['web'] }), and: [], not: null };
      },
    ],
    [
      'an edge against the waves of a pinned host',
      (json) => {
        json['edges'] = [{ gated: 'a', gates: 'c' }];
        json['hosts'].c.pin = { generation: 7 };
      },
    ],
    ['a pinned host in no wave', (json) => void (json['hosts'].unstaged = { ...aHost('stable'), pin: {} })],
    ['a channel absent from waves', (json) => void delete json['waves'].edge],
    ['the same edge twice', (json) => void json['edges'].push(json['edges'][0])],
    ['a host twice in one wave', (json) => void json['waves'].stable[0].hosts.push('a')],
  ])('%s', (_name, change) => {
    const json = aFleet();
    change(json);
    expect(problemsOf(json)).toEqual([]);
  });
});

test('a host that waits for itself is a cycle', () => {
  const json = aFleet();
  json['edges'] = [{ gated: 'a', gates: 'a' }];
  expect(problemsOf(json)[0]?.message).toContain('a → a ');
});

test('names that could be misread are quoted', () => {
  const json = aFleet();
  json['hosts']['web 1\u001b[2J'] = aHost('no\nwhere');
  expect(problemsOf(json)).toMatchObject([
    {
      path: '$.hosts["web 1\\u001b[2J"].channel',
      message: 'host "web 1\\u001b[2J" is on channel "no\\nwhere", which does not exist',
    },
  ]);
});

describe('an edge that can never be met', () => {
  test.each<[string, (json: FleetJson) => void, string]>([
    [
      'waits for a host in no wave',
      (json) => {
        json['waves'].stable[1].hosts = ['b'];
      },
      'b waits for c, which is in no wave of channel stable, so b is never dispatched',
    ],
    [
      'waits for a host that a budget of 0 holds',
      (json) => {
        json['disruptionBudgets'][0] = { selector: aSelector({ hosts: ['c'] }), maxInFlight: 0, maxInFlightPct: null };
      },
      'b waits for c, which a budget of 0 holds, so b is never dispatched',
    ],
    [
      'waits for a channel that never converges',
      (json) => {
        json['waves'].edge = [{ hosts: ['a'], soakMinutes: 60 }];
      },
      'channel stable waits for channel edge, which can never be Terminal because of its host e, which is in no wave of channel edge',
    ],
  ])('%s', (_name, spoil, message) => {
    const json = aFleet();
    spoil(json);
    expect(problemsOf(json).map((problem) => problem.message)).toContain(message);
  });
});

test('the soak of a wave that the policy does not have is 60 minutes, and a warning says so', () => {
  const json = aFleet();
  json['waves'].edge = [{ hosts: ['e'], soakMinutes: 5 }];
  expect(problemsOf(json)).toMatchObject([
    {
      path: '$.waves.edge[0].soakMinutes',
      message: 'the wave has soakMinutes 5, but policy fast has no wave 0, so its hosts soak for 60 minutes',
    },
  ]);
});
