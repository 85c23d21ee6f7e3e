import { describe, expect, test } from 'vitest';
import { failuresAfter, totalFailures, type EnforceFailures } from '../../src/control-plane/host-slots.ts';
import { snapshot as snapshotOfAll } from '../../src/control-plane/snapshot.ts';
import { valueAt } from '../../src/control-plane/vector.ts';
import { anEvent } from '../support/a-host.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const ID = 'stable@r1';

const result = (probeName: string, status: 'pass' | 'fail', mode: 'enforce' | 'observe' = 'enforce') =>
  anEvent('RemoteProbeResult', {
    probeName,
    mode,
    status,
    observedAt: 1,
    failureReason: null,
    subResults: null,
    seq: 1,
  });
const after = (failures: EnforceFailures, ...events: readonly Parameters<typeof failuresAfter>[1][]): EnforceFailures =>
  events.reduce(failuresAfter, failures);

describe('the outstanding failures of a host', () => {
  test('are none before a probe fails, and none again once all pass', () => {
    expect(after(null, result('p', 'pass'))).toBeNull();
    const both = after(null, result('p', 'fail'), result('q', 'fail'));
    expect([both, totalFailures(both)]).toEqual([
      new Map([
        ['p', 1],
        ['q', 1],
      ]),
      2,
    ]);
    const one = after(both, result('p', 'pass'));
    expect([one, totalFailures(one)]).toEqual([new Map([['q', 1]]), 1]);
    expect(after(one, result('q', 'pass'))).toBeNull();
    expect(totalFailures(null)).toBe(0);
  });

  test('are the same value as long as nothing changes', () => {
    const failing = after(null, result('p', 'fail'));
    expect(after(failing, result('p', 'fail'), result('q', 'pass'), result('q', 'fail', 'observe'))).toBe(failing);
    const started = anEvent('RemoteActivationStarted', { startedAt: 1, switchMethod: '', seq: 1 });
    expect(after(failing, started)).toBe(failing);
    expect(failing).toEqual(new Map([['p', 1]]));
  });

  test('start over with a completed activation', () => {
    const completed = anEvent('RemoteActivationCompleted', {
      observedCurrentClosure: 'new',
      exitCode: 0,
      completedAt: 1,
      seq: 1,
    });
    expect(after(after(null, result('p', 'fail')), completed)).toBeNull();
  });
});

describe('an event shares what it does not change', () => {
  const selected = { key: 'k', hosts: ['a'], limit: 1 };
  const rolloutOf = ({ state }: World) => valueAt(state.rollouts, 0);

  test('the counts of the waves, if its host stays in its state', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    made.soak('a', ID);
    const { waves } = rolloutOf(made);
    const passed = { probeName: 'p', mode: 'enforce', status: 'pass', failureReason: null, subResults: null } as const;
    made.send('a', ID, { type: 'ProbeResult', observedAt: made.now, ...passed });
    expect(made.host('a', ID).probes).toHaveProperty('p');
    expect(rolloutOf(made).waves).toBe(waves);
  });

  test('the counts of the budgets, if its host counts as before', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'], budgets: [selected] }));
    const { inFlight } = made.state;
    expect(inFlight).toEqual([1]);
    made.ack('a', ID);
    expect(made.state.inFlight).toBe(inFlight);
  });
});

test('a host that asks no more is no newcomer', () => {
  const made = new World();
  made.verify(manifest({ waves: [['a'], ['b']] }));
  expect(made.deferred()).toEqual(['b wave-promotion']);
  made.heartbeat('b', 'b-r1', [], { isComplete: false });
  expect(snapshotOfAll(made.state).rollouts[0]?.newcomers).toEqual([]);
});

describe('other work is in progress', () => {
  /** Everything runs `good`; `bad` goes out, and then the way back to `good`. */
  function wayBack(): World {
    const made = new World();
    made.verify(manifest({ ref: 'bad', others: ['a', 'b'], targets: { a: 'bad', b: 'bad' } }));
    return made;
  }
  const GOOD = 'stable@good';
  const publishGood = (made: World): void =>
    made.verify(manifest({ ref: 'good', others: ['a', 'b'], targets: { a: 'good', b: 'good' } }));
  const heard = (made: World, host: string): void => {
    made.heartbeat(host, 'good');
  };

  // The way back that never arrives: Terminal, and the fleet ran the bad release.
  test('on the host: what it runs now says nothing, and it is dispatched like any other', () => {
    const made = wayBack();
    heard(made, 'a');
    made.ack('a', 'stable@bad');
    publishGood(made);
    expect(made.queued()).toContain('a');
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Pending');
    expect(made.poll('a')).toMatchObject({ rolloutId: GOOD });
  });

  test('a withdrawn dispatch may have reached the agent', () => {
    const made = wayBack();
    heard(made, 'b');
    publishGood(made);
    expect(made.last('WithdrawDispatch').map(({ host }) => host)).toEqual(['a', 'b']);
    expect(snapshotOfAll(made.state).rollouts[0]?.hosts.map(({ dispatch }) => dispatch)).toEqual([
      'withdrawn',
      'withdrawn',
    ]);
    expect(made.queued()).toEqual(['a', 'b']);
  });

  test.each([
    ['halt', 'Converged'],
    ['rollback-and-halt', 'Pending'],
  ] as const)('a host that failed under %s', (onHealthFailure, expected) => {
    const made = new World();
    const budgets = [{ key: 'k', hosts: ['a'], limit: 0 }];
    made.verify(manifest({ ref: 'bad', others: ['a'], onHealthFailure }));
    made.fail('a', 'stable@bad');
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' }, budgets }));
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe(expected);
  });

  test('a host that has started a rollout has left the earlier ones', () => {
    const made = new World();
    made.verify(manifest({ ref: 'r0', others: ['a'] }));
    made.soak('a', 'stable@r0');
    made.verify(manifest({ others: ['a'] }));
    made.converge('a', ID);
    made.heartbeat('a', 'a-r1');
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'a-r1' } }));
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', GOOD).state).toBe('Converged');
  });

  test('a host that has started a rollout has left the earlier ones, whatever it still has to tell of them', () => {
    const made = new World();
    made.verify(manifest({ ref: 'r0', others: ['a'] }));
    made.verify(manifest({ others: ['a'] }));
    made.converge('a', ID);
    made.heartbeat('a', 'a-r1', [], { undelivered: ['stable@r0'] });
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'a-r1' } }));
    made.heartbeat('a', 'a-r1', [], { undelivered: ['stable@r0'] });
    expect(made.host('a', GOOD).state).toBe('Converged');
  });

  test('not by what the agent has still to tell of the rollout itself', () => {
    const made = new World();
    heard(made, 'a');
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' } }));
    made.heartbeat('a', 'good', [], { undelivered: [GOOD] });
    made.tick();
    expect([made.queued(), made.host('a', GOOD).state]).toEqual([[], 'Pending']);
  });

  test('as the agent says itself, of a rollout that is not known here', () => {
    const made = new World();
    const soaks = [snapshot('a', 'stable@bad', { state: 'Soaking', lastEventSeq: 3 })];
    made.heartbeat('a', 'good', soaks);
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' } }));
    expect(made.queued()).toEqual(['a']);
    made.heartbeat('a', 'good', soaks);
    expect(made.host('a', GOOD).state).toBe('Pending');
  });

  // Converged in the release that a rollback had just left (everything-at-once, seed 58).
  test('as a heartbeat says that was overtaken by the end of a rollback', () => {
    const made = new World();
    made.verify(manifest({ ref: 'bad', others: ['a'], targets: { a: 'bad' } }));
    made.revert('a', 'stable@bad');
    const lastEventSeq = made.host('a', 'stable@bad').lastEventSeq - 1;
    made.verify(manifest({ ref: 'again', others: ['a'], targets: { a: 'bad' } }));
    const sentBefore = snapshot('a', 'stable@bad', { state: 'Failed', currentClosure: 'bad', lastEventSeq });
    made.heartbeat('a', 'bad', [sentBefore]);
    expect(made.host('a', 'stable@again').state).toBe('Pending');
  });

  test('as its outbox says, of a rollout that has not begun here', () => {
    const made = new World();
    const gated = { edges: [['a', 'z']] as const, others: ['a', 'z'] };
    made.verify(manifest({ ref: 'bad', ...gated }));
    made.verify(manifest({ ref: 'good', ...gated, targets: { a: 'good', z: 'new' } }));
    made.heartbeat('a', 'good', [], { undelivered: ['stable@bad'] });
    expect(made.host('a', GOOD).state).toBe('Pending');
    made.heartbeat('a', 'good');
    expect(made.host('a', GOOD).state).toBe('Converged');
  });

  test('when it has ended, a host that runs its target is not dispatched any more', () => {
    const made = new World();
    made.verify(manifest({ ref: 'bad', others: ['a'], onHealthFailure: 'halt' }));
    made.ack('a', 'stable@bad');
    heard(made, 'a');
    made.verify(manifest({ ref: 'good', others: ['a', 'z'], edges: [['a', 'z']], targets: { a: 'good' } }));
    expect(made.deferred()).toEqual(['a host-edge']);
    made.send('a', 'stable@bad', { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: made.now });
    made.converge('z', GOOD);
    expect(made.queued()).toEqual([]);
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Converged');
  });

  test('when it has ended, the host converges at its next heartbeat', () => {
    const made = new World();
    made.verify(manifest({ ref: 'bad', others: ['a'], onHealthFailure: 'halt' }));
    made.ack('a', 'stable@bad');
    const budgets = [{ key: 'k', hosts: ['a'], limit: 0 }];
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' }, budgets }));
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Pending');
    made.send('a', 'stable@bad', { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: made.now });
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Converged');
  });
});
