import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgetLimit, type Selector, selectorKey, selectorSummary, selects } from '../../src/fleet/index.ts';
import { indexHosts, selectedHosts } from '../../src/fleet/host-index.ts';

const NOTHING: Selector = { all: false, channel: null, hosts: [], tags: [], tagsAny: [] };
const HOST = { channel: 'stable', tags: ['web', 'db'] };

describe('selects', () => {
  test.each<[Partial<Selector>, boolean]>([
    [{}, false],
    [{ all: true }, true],
    [{ channel: 'stable' }, true],
    [{ channel: 'edge' }, false],
    [{ hosts: ['h'] }, true],
    [{ hosts: ['x'] }, false],
    [{ tags: ['web', 'db'] }, true],
    [{ tags: ['web', 'x'] }, false],
    [{ tagsAny: ['x', 'db'] }, true],
    [{ tagsAny: ['x'] }, false],
    [{ tags: ['x'], channel: 'edge', hosts: ['h'] }, true],
  ])('%j: %s', (members, expected) => {
    expect(selects({ ...NOTHING, ...members }, 'h', HOST)).toBe(expected);
  });
});

describe('selectorSummary', () => {
  test.each<[Partial<Selector>, string]>([
    [{}, 'unknown'],
    [{ hosts: ['b', 'a'] }, 'hosts:a,b'],
    [{ hosts: ['b'], tagsAny: ['z', 'y'] }, 'tags_any:y,z'],
    [{ tagsAny: ['z'], tags: ['z', 'B', 'a'] }, 'tags:B,a,z'],
    [{ tags: ['z'], channel: 'edge' }, 'channel:edge'],
    [{ channel: '' }, 'channel:'],
    [{ channel: 'edge', all: true }, 'all'],
  ])('%j: %s', (members, expected) => {
    expect(selectorSummary({ ...NOTHING, ...members })).toBe(expected);
  });
});

test('selectorKey is equal for equal sets and differs where the summary does not', () => {
  expect(selectorKey({ ...NOTHING, tags: ['b', 'a', 'b'] })).toBe(selectorKey({ ...NOTHING, tags: ['a', 'b'] }));
  expect(selectorKey({ ...NOTHING, tags: ['a,b'] })).not.toBe(selectorKey({ ...NOTHING, tags: ['a', 'b'] }));
  expect(selectorKey({ ...NOTHING, all: true, tags: ['a'] })).not.toBe(selectorKey({ ...NOTHING, all: true }));
});

const name = fc.constantFrom('a', 'b', 'c', '__proto__', '', 'constructor');
const names = fc.uniqueArray(name, { maxLength: 3 });
const selector = fc.record({ all: fc.boolean(), channel: fc.option(name), hosts: names, tags: names, tagsAny: names });
const hosts = fc.array(fc.tuple(name, fc.record({ channel: name, tags: names }))).map((entries) => new Map(entries));

test('resolving a selector gives exactly the hosts that it selects', () => {
  fc.assert(
    fc.property(hosts, selector, (fleet, chosen) => {
      const expected = [...fleet]
        .filter(([hostname, host]) => selects(chosen, hostname, host))
        .map(([hostname]) => hostname);
      expect(selectedHosts(indexHosts(fleet), chosen)).toEqual(expected.sort());
    }),
  );
});

describe('budgetLimit', () => {
  test.each([
    [null, null, 10, null],
    [3, null, 10, 3],
    [0, null, 10, 0],
    [0, 50, 10, 0],
    [null, 25, 10, 2],
    [null, 0, 10, 1],
    [null, 5, 10, 1],
    [null, 100, 10, 10],
    [null, 50, 0, 1],
    [3, 50, 10, 3],
    [8, 50, 10, 5],
    [null, 33.3, 3000, 999],
    [null, 2.3, 3000, 69],
    [null, 33.3, 2999, 998],
  ])('maxInFlight %j and %j %% of %j hosts: %j', (maxInFlight, maxInFlightPct, count, expected) => {
    expect(budgetLimit({ maxInFlight, maxInFlightPct }, count)).toBe(expected);
  });
});
