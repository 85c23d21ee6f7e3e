import { describe, expect, test } from 'vitest';
import { CONTROL_PLANE_RULES } from '../../src/control-plane/rules.ts';
import { GATES } from '../../src/control-plane/gates/gates.ts';
import type { Gate } from '../../src/control-plane/gates/gate.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';
const without = (name: string): readonly Gate[] => GATES.filter((gate) => gate.name !== name);

describe('a rule can be replaced, and only that rule changes', () => {
  test('gates', () => {
    const world = new World({ gates: without('wave-promotion') });
    world.verify(manifest({ waves: [['a'], ['b']] }));
    expect(world.queued()).toEqual(['a', 'b']);
  });

  test('a gate with reach host in a group is checked for each host', () => {
    const picky: Gate = {
      name: 'picky',
      reach: 'host',
      check: (_context, { hostname }) => (hostname === 'b' ? { gate: 'wave-promotion', wave: 1 } : null),
    };
    const world = new World({ gates: [picky] });
    world.verify(manifest({ others: ['a', 'b', 'c'] }));
    expect([world.queued(), world.deferred()]).toEqual([['a', 'c'], ['b wave-promotion']]);
  });

  test('mayDispatch: a control plane that does not stop', () => {
    const world = new World({ mayDispatch: () => true });
    world.verify(manifest({ others: ['a', 'b'] }));
    world.fail('a', ID);
    expect(world.poll('b')).not.toBeNull();
    world.handle({ type: 'RetentionExpired', rolloutId: ID });
    expect(world.last('WithdrawDispatch')).toMatchObject([{ host: 'b', because: 'pruned' }]);
    expect(world.poll('b')).toBeNull();
  });

  test('mayOpen: one that opens by channel only', () => {
    const world = new World({ mayOpen: (_manifest, known) => known === null || known.state === 'Terminal' });
    world.verify(manifest({ others: ['a'] }));
    world.converge('a', ID);
    expect(world.last('OpenRollout')).toHaveLength(1);
  });

  test('isWaveDone, isWaveThrough', () => {
    const world = new World({ isWaveDone: () => true, isWaveThrough: () => false });
    world.verify(manifest({ waves: [['a'], ['b']] }));
    expect([world.queued(), world.rollout(ID).state]).toEqual([['a', 'b'], 'Active']);
  });

  test('countsAgainstBudget: one that counts Pending blocks the very host that asks', () => {
    const world = new World({
      countsAgainstBudget: (state, isOutstanding) =>
        state === 'Pending' || CONTROL_PLANE_RULES.countsAgainstBudget(state, isOutstanding),
    });
    world.verify(manifest({ others: ['a'], budgets: [{ key: 'k', hosts: ['a'], limit: 1 }] }));
    expect([world.queued(), world.deferred()]).toEqual([[], ['a disruption-budget']]);
  });

  test('needsDispatch, soakDueAt, takeOver', () => {
    const world = new World({ needsDispatch: () => true, soakDueAt: () => 42, takeOver: () => null });
    world.heartbeat('a', 'a-r1');
    world.verify(manifest({ others: ['a'] }));
    expect(world.host('a', ID).soakDueAt).toBe(42);
  });
});
