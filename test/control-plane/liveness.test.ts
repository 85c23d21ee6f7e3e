import { describe, expect, test } from 'vitest';
import { fleetMemberOf } from '../../src/control-plane/reads.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';

function world(): World {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'] }));
  return made;
}

describe('liveness', () => {
  const SILENCE = 200_000;

  test('a host with regular heartbeats never becomes reachable again, because it always was', () => {
    const made = world();
    for (const hostname of ['a', 'unknown', 'a', 'unknown']) {
      made.heartbeat(hostname, 'old');
      expect(made.last('HostReachable')).toEqual([]);
    }
  });

  test('hosts that fell silent at different times are reported at different times, each at the end of its step', () => {
    const made = new World();
    const missed = () => made.last('HostUnreachable').map(({ host }) => host);
    made.verify(manifest({ others: ['a'] }));
    made.now += 100_000;
    made.verify(manifest({ channel: 'edge', others: ['b', 'c'] }));
    // Three intervals after 1000000, and the steps are of a quarter of an interval.
    for (const [now, expected] of [
      [1_184_999, []],
      [1_185_000, ['a']],
      [1_185_000, []],
      [1_289_999, []],
      [1_290_000, ['b', 'c']],
      [1_500_000, []],
    ] as const) {
      made.now = now;
      made.tick();
      expect([now, missed()]).toEqual([now, expected]);
    }
  });

  test('an unknown host is missed from when it joins a rollout', () => {
    const made = new World();
    made.heartbeat('a', 'old');
    made.verify(manifest({ others: ['a'] }));
    made.now += SILENCE;
    made.tick();
    expect(made.last('HostUnreachable').map(({ host }) => host)).toEqual(['a']);
  });

  test('a host that came back is missed once again, however often it was heard meanwhile', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    made.now += SILENCE;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
    for (let time = 0; time < 3; time += 1) made.heartbeat('a', 'old');
    made.now += SILENCE;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
    made.tick();
    expect(made.last('HostUnreachable')).toEqual([]);
  });

  test('three missed intervals are reported once, in order of name, and nothing else happens', () => {
    const made = new World();
    // In order of channel, so `b` joins first.
    made.verify(manifest({ channel: 'edge', others: ['b'] }), manifest({ others: ['a'] }));
    const heard = made.now;
    made.heartbeat('b', 'old');
    made.heartbeat('a', 'old');
    made.now = heard + 179_000;
    made.tick();
    expect(made.last('HostUnreachable')).toEqual([]);
    made.now = heard + 180_000 + 15_000;
    made.tick();
    const report = (host: string) => ({
      type: 'HostUnreachable',
      host,
      lastHeartbeatAt: heard,
      missedIntervals: 3,
      at: made.now,
    });
    expect(made.effects).toEqual([report('a'), report('b')]);
    made.now += 600_000;
    made.tick();
    expect(made.effects).toEqual([]);
  });

  test('a heartbeat postpones it, and makes a host reachable again', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    for (let minute = 0; minute < 10; minute += 1) {
      made.heartbeat('a', 'old');
      made.now += 60_000;
      made.tick();
      expect(made.last('HostUnreachable')).toEqual([]);
    }
    made.now += 200_000;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
    made.heartbeat('a', 'old');
    expect(made.last('HostReachable')).toMatchObject([{ host: 'a' }]);
    made.now += 200_000;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
  });

  test('a host that never sent one is missed from the opening on; an unknown host never', () => {
    const made = world();
    made.heartbeat('z', 'x');
    made.now += 200_000;
    made.tick();
    expect(made.last('HostUnreachable').map(({ host, lastHeartbeatAt }) => [host, lastHeartbeatAt])).toEqual([
      ['a', null],
      ['b', null],
    ]);
  });

  test('an unknown host is not watched, however often it is heard', () => {
    const made = new World();
    for (let time = 0; time < 3; time += 1) made.heartbeat('z', 'x');
    expect([made.state.watch, fleetMemberOf(made.state, 'z')?.isWatched]).toEqual([[], false]);
  });

  test('a silent host that its last rollout has let go is reachable again at its next heartbeat', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    made.converge('a', ID);
    made.heartbeat('a', 'a-r1');
    for (let time = 0; time < 2; time += 1) {
      made.now += SILENCE;
      made.tick();
    }
    expect(fleetMemberOf(made.state, 'a')?.isUnreachable).toBe(true);
    made.handle({ type: 'RetentionExpired', rolloutId: ID });
    made.heartbeat('a', 'a-r1');
    expect(made.last('HostReachable').map(({ host }) => host)).toEqual(['a']);
    expect(fleetMemberOf(made.state, 'a')?.isUnreachable).toBe(false);
  });

  test('hosts that were heard are looked at again together, and missed once all are silent', () => {
    const made = world();
    for (const host of ['a', 'b']) made.heartbeat(host, 'old');
    made.now += 60_000;
    for (const host of ['b', 'a']) made.heartbeat(host, 'old');
    const heard = made.now;
    made.now += 130_000;
    made.tick();
    expect(made.last('HostUnreachable')).toEqual([]);
    made.now = heard + 195_000;
    made.tick();
    expect(made.last('HostUnreachable').map(({ host }) => host)).toEqual(['a', 'b']);
  });

  test('a few slots hold the whole fleet, and a tick changes none that is not due', () => {
    const others = Array.from({ length: 100 }, (_, at) => `host-${at}`);
    const made = new World();
    made.verify(manifest({ others }));
    for (const host of others) {
      made.now += 1_800;
      made.heartbeat(host, 'old');
      const { watch } = made.state;
      made.tick();
      expect(made.state.watch).toBe(watch);
    }
    expect(made.state.watch).toHaveLength(1);
    made.now += 15_000;
    made.tick();
    // The heartbeats of three intervals, in steps of a quarter.
    expect(made.state.watch.length).toBeLessThanOrEqual(13);
    expect(made.last('HostUnreachable')).toEqual([]);
  });

  test('after a clock was set back, a silent host is missed within three intervals', () => {
    const made = world();
    made.heartbeat('a', 'old');
    made.heartbeat('b', 'old');
    made.now -= 24 * 3_600_000;
    made.tick();
    const setAt = made.now;
    for (let minute = 1; minute <= 3; minute += 1) {
      made.now = setAt + minute * 60_000;
      made.heartbeat('b', 'old');
      made.tick();
    }
    made.now += 15_000;
    made.tick();
    expect(made.last('HostUnreachable')).toMatchObject([{ host: 'a', lastHeartbeatAt: setAt }]);
  });

  test('after a clock was set back, a host that was never heard is missed once, and still as never heard', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    const joinedAt = made.now;
    made.now -= 24 * 3_600_000;
    made.tick();
    for (const [now, expected] of [
      [made.now + SILENCE, [['a', null]]],
      [joinedAt + SILENCE, []],
    ] as const) {
      made.now = now;
      made.tick();
      expect(made.last('HostUnreachable').map(({ host, lastHeartbeatAt }) => [host, lastHeartbeatAt])).toEqual(
        expected,
      );
    }
  });

  test('a host that joins just when others are missed is missed in its turn', () => {
    const made = new World();
    const missed = () => made.last('HostUnreachable').map(({ host }) => host);
    made.verify(manifest({ others: ['a'] }));
    made.now += SILENCE;
    made.verify(manifest({ channel: 'edge', others: ['b'] }));
    for (const expected of [['a'], ['b']]) {
      made.tick();
      expect(missed()).toEqual(expected);
      made.now += SILENCE;
    }
  });
});
