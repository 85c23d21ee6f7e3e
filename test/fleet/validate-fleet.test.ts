import { describe, expect, test } from 'vitest';
import { byCodeUnit } from '../../src/text/by-code-unit.ts';
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
    name: 'a wave that lists a host of another channel',
    spoil: (json) => void (json['waves'].stable[3] = { hosts: ['e'], soakMinutes: 1 }),
    places: ['error $.waves.stable[3].hosts[0]'],
    message: 'lists e, a host of channel edge',
  },
  {
    name: 'a host in two waves of one channel',
    spoil: (json) => void (json['waves'].stable[4] = { hosts: ['a'], soakMinutes: 1 }),
    places: ['error $.waves.stable[4].hosts[0]'],
    message: 'host a is in wave 0 and again in wave 4',
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
    name: 'a budget that allows none',
    spoil: (json) =>
      void (json['disruptionBudgets'][3] = {
        selector: aSelector({ all: true }),
        maxInFlight: 0,
        maxInFlightPct: null,
      }),
    places: ['warning $.disruptionBudgets[3].maxInFlight'],
    message: 'the budget allows 0',
  },
];

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

test('all faults together are all told, errors first', () => {
  const json = aFleet();
  for (const { spoil } of FAULTS) spoil(json);
  const places = placesOf(withoutHoles(json));
  const expected = FAULTS.flatMap((fault) => fault.places);
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
    ['a soak of 0', (json) => void (json['waves'].stable[0].soakMinutes = 0)],
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
