import { describe, expect, test } from 'vitest';
import { step } from '../../src/machine/step.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const ID = 'stable@r1';
const ack = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 1, seq: 1 } as const;

/** All that an operator would read of the last input, each as `level: message fields`. */
const read = (world: World): readonly string[] =>
  world.last('EmitLog').map(({ level, target, message, fields }) => {
    expect(target).toBe('control-plane');
    return `${level}: ${message} ${JSON.stringify(fields)}`;
  });

function world(): World {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'] }));
  return made;
}

describe('an operator reads', () => {
  test('of events that concern no rollout or host here', () => {
    const made = world();
    made.post('a', 'stable@zzz', ack);
    expect(read(made)).toEqual([
      'warn: a sent DispatchAck of stable@zzz, where it is not known; the event was dropped. ' +
        '{"host":"a","rolloutId":"stable@zzz","seq":1}',
    ]);
  });

  test('of events that the machine refuses', () => {
    const made = world();
    made.post('a', ID, { type: 'ActivationStarted', startedAt: 1, switchMethod: 'switch', seq: 1 });
    expect(read(made)).toEqual([
      `warn: a is Pending in ${ID}, and Pending does not take RemoteActivationStarted. {"host":"a","rolloutId":"${ID}","seq":1}`,
    ]);
  });

  test('of what a heartbeat should have brought about, and the machine refuses', () => {
    const made = new World({
      synthesize: (record) => [
        { type: 'RemoteActivationStarted', startedAt: 1, switchMethod: '', seq: record.lastEventSeq + 1 },
      ],
    });
    made.verify(manifest({ others: ['a'] }));
    made.heartbeat('a', 'a-r1');
    expect(read(made)).toEqual([
      `error: a is Pending in ${ID}, and Pending does not take RemoteActivationStarted. {"host":"a","rolloutId":"${ID}","seq":1}`,
    ]);
  });

  test('of a snapshot that does not fit', () => {
    const made = world();
    made.heartbeat('a', 'old', [snapshot('a', ID, { targetClosure: 'evil', lastEventSeq: 4 })]);
    expect(read(made)).toEqual([
      `warn: What a says of ${ID} does not fit it and was not taken over. ` +
        `{"host":"a","rolloutId":"${ID}","state":"Activating","targetClosure":"evil"}`,
    ]);
  });

  test('of a stranger that there is no room for', () => {
    const made = new World({}, { maxStrangers: 1 });
    made.heartbeat('first', 'x');
    expect(read(made)).toEqual([]);
    made.heartbeat('second', 'x');
    expect(read(made)).toEqual([
      'warn: second belongs to no rollout and there is no room to remember it. {"host":"second"}',
    ]);
    made.heartbeat('first', 'y');
    expect(read(made)).toEqual([]);
  });

  test('of a channel without a host, and of a ref that was superseded before', () => {
    const made = new World();
    made.verify(manifest());
    expect(read(made)).toEqual([
      `warn: No host of channel stable has a closure, so ${ID} is not opened. {"rolloutId":"${ID}","channel":"stable"}`,
    ]);
    for (let time = 0; time < 2; time += 1) {
      made.verify(manifest({ others: ['a'] }));
      expect(read(made)).toEqual([]);
    }
    made.verify(manifest({ ref: 'r2', others: ['a'] }));
    made.verify(manifest({ others: ['a'] }));
    expect(read(made)).toEqual([
      `warn: ${ID} was opened before and superseded; it is not opened again. Release the same closures under a new ref. ` +
        `{"rolloutId":"${ID}","channel":"stable"}`,
    ]);
  });

  test('of a wave without hosts', () => {
    const made = new World();
    made.verify(manifest({ waves: [['a'], [], ['b']] }));
    made.converge('a', ID);
    expect(read(made)).toEqual([
      `warn: Wave 1 of ${ID} has no hosts and was passed over. {"rolloutId":"${ID}","wave":1}`,
    ]);
  });

  test.each(['LocalFireSwitch', 'LocalFireRollbackTo', 'LocalResetProbeCache', 'LocalEmitEvent'])(
    "of an agent's effect that comes out of the machine: %s",
    (type) => {
      const made = new World({
        step: (state, event, now, policy) => {
          const result = step(state, event, now, policy);
          // The chart lets none of them out for an event of this side.
          return result.ok ? { ...result, effects: [{ type } as never] } : result;
        },
      });
      made.verify(manifest({ others: ['a'] }));
      made.ack('a', ID);
      expect(read(made)).toEqual([
        `error: The control plane met ${type}, which only an agent performs; it was not performed. ` +
          `{"rolloutId":"${ID}","host":"a"}`,
      ]);
    },
  );

  test('of an event that the rollout machine refuses', () => {
    const made = world();
    made.handle({ type: 'RetentionExpired', rolloutId: ID });
    expect(read(made)).toEqual([
      `warn: ${ID} is Active, and Active does not take RetentionExpired. {"rolloutId":"${ID}","event":"RetentionExpired"}`,
    ]);
  });
});
