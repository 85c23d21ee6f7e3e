import { describe, expect, test } from 'vitest';
import { CONTROL_PLANE_RULES } from '../../src/control-plane/rules.ts';
import { GATES } from '../../src/control-plane/gates/gates.ts';
import type { Gate } from '../../src/control-plane/gates/gate.ts';
import { newPendingHost, type HostState } from '../../src/machine/record.ts';
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

test('a manifest without hosts opens no rollout', () => {
  const { mayOpen } = CONTROL_PLANE_RULES;
  expect([mayOpen(manifest(), null), mayOpen(manifest({ others: ['a'] }), null)]).toEqual([false, true]);
});

describe('a record may still change what its host runs', () => {
  const pending = newPendingHost({
    rolloutId: ID,
    hostname: 'a',
    channel: 'stable',
    targetClosure: 'a-r1',
    dispatchedAt: 1,
    soakDueAt: 2,
  });
  const isUnderWay = (state: HostState, policyApplied: typeof pending.policyApplied = null) =>
    (['rollback-and-halt', 'halt'] as const).map((onHealthFailure) =>
      CONTROL_PLANE_RULES.isUnderWay({ ...pending, state, policyApplied }, 'none', { onHealthFailure }),
    );

  test.each<[HostState, boolean]>([
    ['Activating', true],
    ['Deferred', true],
    ['Soaking', true],
    ['Converged', false],
    ['Reverted', false],
  ])('in the state %s, under any policy: %s', (state, expected) => {
    expect(isUnderWay(state)).toEqual([expected, expected]);
  });

  test('if it is Failed and rolls back: by the policy that it failed under, if that is known', () => {
    expect(isUnderWay('Failed')).toEqual([true, false]);
    expect(isUnderWay('Failed', 'halt')).toEqual([false, false]);
    expect(isUnderWay('Failed', 'rollback-and-halt')).toEqual([true, true]);
  });

  test('if it is Pending and a dispatch was queued, even if that was withdrawn since', () => {
    const policy = { onHealthFailure: 'halt' } as const;
    const standings = (['none', 'outstanding', 'withdrawn'] as const).map((dispatch) =>
      CONTROL_PLANE_RULES.isUnderWay(pending, dispatch, policy),
    );
    expect(standings).toEqual([false, true, true]);
  });
});
