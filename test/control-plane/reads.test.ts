import { expect, test } from 'vitest';
import * as reads from '../../src/control-plane/reads.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';

test.each([
  ['stable@zzz', 'a'],
  [ID, 'nobody'],
  ['__proto__', 'constructor'],
])('of %s and %s, which are not known, there is nothing to read', (rolloutId, host) => {
  const { state } = worldOfTwo();
  expect(reads.hostOf(state, rolloutId, host)).toBeNull();
  expect(reads.isOutstanding(state, rolloutId, host)).toBe(false);
  expect(reads.synthesizedSeq(state, rolloutId, host)).toBe(0);
  expect(reads.gateOf(state, rolloutId, host)).toBeNull();
  expect(reads.fleetMemberOf(state, host)).toEqual(host === 'a' ? expect.objectContaining({ hostname: 'a' }) : null);
  if (rolloutId === ID) return;
  expect(reads.rolloutOf(state, rolloutId)).toBeNull();
  expect(reads.manifestOf(state, rolloutId)).toBeNull();
  expect([reads.hostsOf(state, rolloutId), reads.wavesOf(state, rolloutId)]).toEqual([[], []]);
  expect(reads.inFlightOf(state, rolloutId)).toBe(0);
});

test('what holds a host, and the earliest end if known', () => {
  const world = worldOfTwo();
  expect(reads.gateOf(world.state, ID, 'b')).toMatchObject({ gate: 'host-edge', notBefore: null });
  world.soak('a', ID);
  expect(reads.gateOf(world.state, ID, 'b')).toMatchObject({
    gate: 'host-edge',
    notBefore: world.host('a', ID).soakDueAt,
  });
  expect(reads.gateOf(world.state, ID, 'a')).toBeNull();
  expect(reads.gateOf(world.state, ID, 'b', [])).toBeNull();
});

test('nothing holds a host that is dispatched or in progress, although its own budget is full', () => {
  const world = new World();
  world.verify(manifest({ others: ['a'], budgets: [{ key: 'k', hosts: ['a'], limit: 1 }] }));
  expect([reads.inFlightOf(world.state, 'k'), reads.gateOf(world.state, ID, 'a')]).toEqual([1, null]);
  world.soak('a', ID);
  expect([reads.inFlightOf(world.state, 'k'), reads.gateOf(world.state, ID, 'a')]).toEqual([1, null]);
});

test('channel edges are read against the other rollouts', () => {
  const world = new World();
  world.verify(manifest({ channel: 'edge', others: ['e'] }), manifest({ others: ['s'], gatedBy: ['edge'] }));
  expect(reads.gateOf(world.state, ID, 's')).toMatchObject({ gatingRolloutId: 'edge@r1' });
});

function worldOfTwo(): World {
  const world = new World();
  world.verify(manifest({ others: ['a', 'b'], edges: [['b', 'a']] }));
  return world;
}
