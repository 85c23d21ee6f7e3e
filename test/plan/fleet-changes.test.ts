import { expect, test } from 'vitest';
import { changeSummaries, fleetChanges } from '../../src/plan/index.ts';
import { fleetOf, type FleetSketch } from './support/plan-fleets.ts';

const RUNNING: FleetSketch = { channels: { stable: [['a'], ['b', 'c']] }, release: 'r1', budget: 2 };
const changes = (next: Partial<FleetSketch>) => fleetChanges(fleetOf(RUNNING), fleetOf({ ...RUNNING, ...next }));

test('the same file changes nothing', () => {
  expect(changes({})).toEqual([]);
});

test('a new release changes the closure of each host', () => {
  const found = changes({ release: 'r2' });
  expect(found.map(({ type }) => type)).toEqual(['closure', 'closure', 'closure']);
  expect(found[0]).toEqual({ type: 'closure', hostname: 'a', from: 'a-r1', to: 'a-r2', path: '$.hosts.a.closureHash' });
  expect(changeSummaries(found, new Set(['a', 'b', 'c']))).toEqual([
    { type: 'closure', what: 'New closure for 3 hosts: a, b, c.', effect: 'They switch.' },
  ]);
});

test('pinned hosts are named apart: all of them switched, "unless pinned"', () => {
  const joins = { type: 'host-joins', channel: 'stable', path: '$' } as const;
  const found = [...changes({ release: 'r2' }), { ...joins, hostname: 'd' }, { ...joins, hostname: 'e' }];
  expect(changeSummaries(found, new Set(['a', 'c', 'd'])).map(({ what, effect }) => `${what} ${effect}`)).toEqual([
    'New closure for 2 hosts: a, c. They switch.',
    'b goes from b-r1 to b-r2. It is pinned, and in no rollout.',
    'Host d is new. It is in the rollout of its channel.',
    'Host e is new. It is in no rollout: pinned, or without a closure.',
  ]);
});

test('a shorter soak is not called longer, and a host without a closure does not switch', () => {
  const effects = (next: Partial<FleetSketch>) => changeSummaries(changes(next), new Set()).map(({ effect }) => effect);
  expect(effects({ soaks: [5, 30] })).toEqual([
    'The wave finishes sooner, and probes have less time to fail.',
    'The wave finishes later, and probes have more time to fail.',
  ]);
  expect(effects({ budget: 1 })).toEqual(['Hosts may wait longer for a slot.']);
  expect(effects({ budget: 3 })).toEqual(['More hosts may switch at once.']);
  const gone = { type: 'closure', hostname: 'a', from: 'a-r1', to: null, path: '$' } as const;
  expect(changeSummaries([gone], new Set())).toEqual([
    {
      type: 'closure',
      what: 'a goes from a-r1 to no closure.',
      effect: 'It is in no rollout, and keeps the old closure.',
    },
  ]);
});

test('a host in the first wave waits for no earlier one, and one in no wave never starts', () => {
  const moved = { type: 'wave', hostname: 'b', channel: 'stable', from: 1, path: '$' } as const;
  expect([0, 2, null].map((to) => changeSummaries([{ ...moved, to }], new Set(['b']))[0]?.effect)).toEqual([
    'It waits for no other wave.',
    'It starts when all earlier waves are finished.',
    'It is never dispatched.',
  ]);
});

test('hosts join, leave, and move to another channel or wave', () => {
  expect(changes({ channels: { stable: [['a'], ['b', 'd']] } })).toEqual([
    { type: 'host-leaves', hostname: 'c', channel: 'stable', path: '$.hosts' },
    { type: 'host-joins', hostname: 'd', channel: 'stable', path: '$.hosts.d' },
  ]);
  expect(changes({ channels: { stable: [['a', 'b'], ['c']] } })).toEqual([
    { type: 'wave', hostname: 'b', channel: 'stable', from: 1, to: 0, path: '$.waves.stable' },
  ]);
  expect(changes({ channels: { edge: [['a']], stable: [[], ['b', 'c']] } }).map(({ type }) => type)).toEqual([
    'channel-joins',
    'host-moves',
  ]);
});

test('soaks, budgets, edges and policies', () => {
  expect(changes({ soaks: [10, 30, 10] })).toEqual([
    {
      type: 'soak',
      channel: 'stable',
      wave: 1,
      fromMinutes: 10,
      toMinutes: 30,
      path: '$.rolloutPolicies.usual.waves[1]',
    },
  ]);
  expect(changes({ budget: 1 })).toEqual([
    { type: 'budget', summary: 'all', from: 2, to: 1, path: '$.disruptionBudgets' },
  ]);
  expect(changes({ edges: [{ gated: 'b', gates: 'a' }] })).toEqual([
    { type: 'edge', gated: 'b', gates: 'a', isNew: true, path: '$.edges[0]' },
  ]);
  expect(changes({ onHealthFailure: 'halt' })).toEqual([
    {
      type: 'failure-policy',
      channel: 'stable',
      from: 'rollback-and-halt',
      to: 'halt',
      path: '$.rolloutPolicies.usual.onHealthFailure',
    },
  ]);
});
