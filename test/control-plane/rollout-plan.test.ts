import { describe, expect, test } from 'vitest';
import { planRollout, withoutHosts } from '../../src/control-plane/rollout-plan.ts';
import { manifest } from './support/manifests.ts';

const selectorIndex = new Map([
  ['k2', 0],
  ['k1', 1],
]);

describe('the layout of a rollout', () => {
  const planned = planRollout(
    manifest({
      waves: [['d', 'a', 'c'], ['b']],
      others: ['z'],
      edges: [
        ['c', 'a'],
        ['c', 'b'],
      ],
      budgets: [
        { key: 'k1', hosts: ['a', 'b', 'd'], limit: 2 },
        { key: 'k2', hosts: ['a', 'd'], limit: null },
        { key: 'k1', hosts: ['a', 'd'], limit: 1 },
      ],
      targets: { b: 'same', d: 'same', z: 'same' },
    }),
    selectorIndex,
  );
  const column = <Field extends keyof (typeof planned.hosts)[number]>(field: Field) =>
    planned.hosts.map((host) => host[field]);

  test('has its hosts in the order of their names', () => {
    expect(column('hostname')).toEqual(['a', 'b', 'c', 'd', 'z']);
    expect([...planned.positionOf]).toEqual(
      ['a', 'b', 'c', 'd', 'z'].map((hostname, position) => [hostname, position]),
    );
  });

  test('ranks hosts that gates treat alike side by side, and hosts that wait for others alone', () => {
    expect(planned.groups).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 3 },
      { start: 3, end: 4 },
      { start: 4, end: 5 },
    ]);
    expect(planned.positionAtRank).toEqual([0, 3, 1, 2, 4]);
    expect(column('group')).toEqual([0, 1, 2, 0, 3]);
    expect(column('rank')).toEqual([0, 2, 3, 1, 4]);
    expect(column('gatedBy')).toEqual([[], [], ['a', 'b'], [], []]);
  });

  test('gives each host the budgets that have a limit, and the selectors of all, each once', () => {
    const share = (limit: number) => ({ selectorKey: 'k1', summary: 'k1', limit });
    expect(column('budgets')).toEqual([[share(2), share(1)], [share(2)], [], [share(2), share(1)], []]);
    expect(column('selectors')).toEqual([[1, 0], [1], [], [1, 0], []]);
    expect(planned.hosts[0]?.budgets).toBe(planned.hosts[3]?.budgets);
  });

  test('counts a host in its wave, and one of no wave past the last', () => {
    expect([column('wave'), column('staged')]).toEqual([
      [0, 1, 0, 0, 2],
      [true, true, true, true, false],
    ]);
    expect([column('row'), planned.waveCount]).toEqual([[0, 1, 0, 0, 2], 2]);
  });

  test('chains the hosts of one target closure', () => {
    expect(planned.firstWithTarget).toEqual(
      new Map([
        ['same', 1],
        ['c-r1', 2],
        ['a-r1', 0],
      ]),
    );
    expect(planned.nextWithTarget).toEqual([-1, 3, -1, 4, -1]);
  });

  test('keeps what the manifest says of the rollout itself when its hosts are let go', () => {
    expect(withoutHosts(planned)).toEqual({
      manifest: { ...planned.manifest, hosts: [], waves: [], edges: [], budgets: [] },
      hosts: [],
      positionOf: new Map(),
      positionAtRank: [],
      groups: [],
      firstWithTarget: new Map(),
      nextWithTarget: [],
      waveCount: 2,
    });
  });
});

test('hosts of other budgets are another group, whatever the limits', () => {
  const budgets = ['a', 'b'].map((host) => ({ key: `k-${host}`, hosts: [host], limit: 1 }));
  const index = new Map(budgets.map(({ key }, at) => [key, at]));
  expect(planRollout(manifest({ others: ['a', 'b'], budgets }), index).groups).toHaveLength(2);
});
