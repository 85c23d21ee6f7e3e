import { describe, expect, test } from 'vitest';
import { hostOf, synthesizedSeq } from '../../src/control-plane/reads.ts';
import { step } from '../../src/machine/step.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';

function world(): World {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'] }));
  return made;
}

describe('agent events', () => {
  test('an accepted event changes the record, enters the log, and reports a new state to the rollout', () => {
    const made = world();
    expect(made.ack('a', ID)).toEqual({ status: 204, outcome: 'accepted', refusal: null });
    expect(made.host('a', ID)).toMatchObject({ state: 'Activating', lastEventSeq: 1 });
    expect(synthesizedSeq(made.state, ID, 'a')).toBe(0);
    expect(made.effects.map(({ type }) => type)).toEqual([
      'RemoteAppendEventLog',
      'RecordTransition',
      'AppendRolloutEvent',
    ]);
    expect(made.last('AppendRolloutEvent')[0]?.event).toMatchObject({
      type: 'HostStateChanged',
      hostId: 'a',
      from: 'Pending',
      to: 'Activating',
    });
  });

  test('an event without a change of state is not reported to the rollout', () => {
    const made = world();
    made.soak('a', ID);
    made.send('a', ID, {
      type: 'ProbeResult',
      probeName: 'p',
      mode: 'enforce',
      status: 'pass',
      observedAt: 1,
      failureReason: null,
      subResults: null,
    });
    expect(made.effects.map(({ type }) => type)).toEqual(['RemoteAppendEventLog']);
  });

  test('a duplicate is answered as accepted, and nothing happens', () => {
    const made = world();
    made.soak('a', ID);
    const before = made.host('a', ID);
    const again = made.post('a', ID, { type: 'DispatchAck', currentClosureAtDispatch: 'other', receivedAt: 9, seq: 1 });
    expect(again).toEqual({ status: 204, outcome: 'duplicate', refusal: null });
    expect(made.effects).toEqual([]);
    expect(made.host('a', ID)).toBe(before);
  });

  test('an event that the state does not take is dropped, logged and answered as accepted', () => {
    const made = world();
    const answer = made.send('a', ID, { type: 'Converged', convergedAt: 1, currentClosure: 'a-r1' });
    expect(answer).toMatchObject({ status: 204, outcome: 'illegal', refusal: { kind: 'IllegalForState' } });
    expect(made.last('EmitLog')).toMatchObject([{ level: 'warn', fields: { host: 'a', rolloutId: ID } }]);
    expect(made.host('a', ID).lastEventSeq).toBe(0);
  });

  test('one that was refused is a duplicate when it arrives again, even if it would fit now', () => {
    const made = world();
    const converged = { type: 'Converged', convergedAt: 1e15, currentClosure: 'a-r1', seq: 3 } as const;
    made.post('a', ID, converged);
    made.soak('a', ID);
    const again = made.post('a', ID, converged);
    // It was in the event log twice: as refused, and as accepted.
    expect(again).toEqual({ status: 204, outcome: 'duplicate', refusal: null });
    expect(made.effects).toEqual([]);
  });

  test('a refused invariant is a conflict', () => {
    const made = world();
    made.soak('a', ID);
    const answer = made.send('a', ID, { type: 'Converged', convergedAt: made.now, currentClosure: 'a-r1' });
    expect(answer).toMatchObject({
      status: 409,
      outcome: 'conflict',
      refusal: { kind: 'Invariant', invariant: 'soak-not-elapsed' },
    });
    expect(made.host('a', ID).state).toBe('Soaking');
  });

  test.each([
    ['a foreign host', 'unknown', ID],
    ['a rollout that nobody opened', 'a', 'stable@zzz'],
    ['the host of another channel', 'a', 'edge@r1'],
    ['the name of a property', '__proto__', 'constructor'],
  ])('%s is dropped, logged, and answered as accepted', (_what, hostname, rolloutId) => {
    const made = world();
    const answer = made.post(hostname, rolloutId, {
      type: 'DispatchAck',
      currentClosureAtDispatch: 'x',
      receivedAt: 1,
      seq: 1,
    });
    expect(answer).toEqual({ status: 204, outcome: 'unknown', refusal: null });
    expect(made.effects).toMatchObject([{ type: 'EmitLog', level: 'warn' }]);
  });

  test('events of a superseded rollout still reach its records', () => {
    const made = world();
    made.ack('a', ID);
    made.verify(manifest({ ref: 'r2', others: ['a', 'b'] }));
    made.send('a', ID, { type: 'ActivationCompleted', observedCurrentClosure: 'a-r1', exitCode: 0, completedAt: 1 });
    expect(made.host('a', ID).state).toBe('Soaking');
    expect(made.rollout(ID).state).toBe('Superseded');
  });

  test('a rollback on a failed rollout quarantines', () => {
    const made = world();
    made.revert('a', ID);
    expect(made.last('RemoteInsertQuarantine')).toEqual([
      { type: 'RemoteInsertQuarantine', channel: 'stable', closure: 'a-r1' },
    ]);
    expect(made.rollout(ID).state).toBe('Failed');
  });

  test('an effect of the agent that comes out of the machine is a defect: reported, not performed', () => {
    const broken: typeof step = (state, event, now, policy) => {
      const result = step(state, event, now, policy);
      if (!result.ok) return result;
      return {
        ...result,
        effects: [{ type: 'LocalFireSwitch', rolloutId: state.rolloutId, target: 'x' }, ...result.effects],
      };
    };
    const made = new World({ step: broken });
    made.verify(manifest({ others: ['a'] }));
    made.ack('a', ID);
    expect(made.last('EmitLog')).toMatchObject([
      { level: 'error', message: expect.stringContaining('LocalFireSwitch') },
    ]);
    expect(made.effects.some(({ type }) => (type as string) === 'LocalFireSwitch')).toBe(false);
    expect(made.host('a', ID).state).toBe('Activating');
  });

  test('an event that the machine calls a repetition and that never arrived is logged, and answered as late', () => {
    const made = new World({
      step: (state) => ({
        ok: false,
        error: {
          kind: 'SeqRegression',
          got: 1,
          last: 1,
          rolloutId: state.rolloutId,
          hostname: state.hostname,
          message: '',
        },
      }),
    });
    made.verify(manifest({ others: ['a'] }));
    expect(made.ack('a', ID)).toMatchObject({ outcome: 'late' });
    expect(made.last('AppendUnappliedEvent')).toMatchObject([{ because: 'late', payload: { seq: 1 } }]);
    expect(hostOf(made.state, ID, 'a')?.state).toBe('Pending');
  });
});
