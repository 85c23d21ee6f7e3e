import { describe, expect, test } from 'vitest';
import { step } from '../../src/machine/step.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const ID = 'stable@r1';
const ack = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 1, seq: 1 } as const;

/** What the last input logged: level and fields, of which `code` says what it is about. */
function logged(world: World): readonly (readonly [string, object])[] {
  return world.last('EmitLog').map(({ level, target, message, fields }) => {
    expect(target).toBe('control-plane');
    expect(message).toMatch(/^[A-Z\w].*\.$/);
    return [level, fields];
  });
}

function world(): World {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'] }));
  return made;
}

describe('logged is', () => {
  test('an event of a rollout or host that is not known', () => {
    const made = world();
    made.post('a', 'stable@zzz', ack);
    expect(logged(made)).toEqual([['warn', { code: 'unknown-event', host: 'a', rolloutId: 'stable@zzz', seq: 1 }]]);
  });

  test('an event that the machine refuses', () => {
    const made = world();
    made.post('a', ID, { type: 'ActivationStarted', startedAt: 1, switchMethod: 'switch', seq: 1 });
    expect(logged(made)).toEqual([['warn', { code: 'event-refused', host: 'a', rolloutId: ID, seq: 1 }]]);
  });

  test('a synthesized event that the machine refuses', () => {
    const made = new World({
      synthesize: (record) => [
        { type: 'RemoteActivationStarted', startedAt: 1, switchMethod: '', seq: record.lastEventSeq + 1 },
      ],
    });
    made.verify(manifest({ others: ['a'] }));
    made.heartbeat('a', 'a-r1');
    expect(logged(made)).toEqual([['error', { code: 'synthesis-refused', host: 'a', rolloutId: ID, seq: 1 }]]);
  });

  test('a snapshot that does not fit', () => {
    const made = world();
    made.heartbeat('a', 'old', [snapshot('a', ID, { targetClosure: 'evil', lastEventSeq: 4 })]);
    const fields = { host: 'a', rolloutId: ID, state: 'Activating', targetClosure: 'evil' };
    expect(logged(made)).toEqual([['warn', { code: 'snapshot-refused', ...fields }]]);
  });

  test('an unknown host that there is no room for', () => {
    const made = new World({}, { maxUnknownHosts: 1 });
    made.heartbeat('first', 'x');
    expect(logged(made)).toEqual([]);
    made.heartbeat('second', 'x');
    expect(logged(made)).toEqual([['warn', { code: 'too-many-unknown-hosts', host: 'second' }]]);
    made.heartbeat('first', 'y');
    expect(logged(made)).toEqual([]);
  });

  test('a channel without a host, and a ref that was superseded before', () => {
    const made = new World();
    const fields = { rolloutId: ID, channel: 'stable' };
    made.verify(manifest());
    expect(logged(made)).toEqual([['warn', { code: 'no-hosts', ...fields }]]);
    for (let time = 0; time < 2; time += 1) {
      made.verify(manifest({ others: ['a'] }));
      expect(logged(made)).toEqual([]);
    }
    made.verify(manifest({ ref: 'r2', others: ['a'] }));
    made.verify(manifest({ others: ['a'] }));
    expect(logged(made)).toEqual([['warn', { code: 'ref-superseded', ...fields }]]);
  });

  test('a wave without hosts', () => {
    const made = new World();
    made.verify(manifest({ waves: [['a'], [], ['b']] }));
    made.converge('a', ID);
    expect(logged(made)).toEqual([['warn', { code: 'empty-wave', rolloutId: ID, wave: 1 }]]);
  });

  test.each(['LocalFireSwitch', 'LocalFireRollbackTo', 'LocalResetProbeCache', 'LocalEmitEvent'])(
    "an agent's effect that comes out of the machine: %s",
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
      expect(logged(made)).toEqual([['error', { code: 'foreign-effect', rolloutId: ID, host: 'a' }]]);
    },
  );

  test('an event that the rollout machine refuses', () => {
    const made = world();
    made.handle({ type: 'RetentionExpired', rolloutId: ID });
    const fields = { rolloutId: ID, event: 'RetentionExpired' };
    expect(logged(made)).toEqual([['warn', { code: 'rollout-event-refused', ...fields }]]);
  });
});
