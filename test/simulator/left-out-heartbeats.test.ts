import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LeftOutHeartbeats, type Moment } from '../../src/simulator/left-out-heartbeats.ts';

const HOST = 1;
const INTERVAL_MS = 60_000;

/** A moment at which nothing else happens. */
const at = (now: number): Moment => ({ now, queue: { number: 0, pushed: 0 } });

/** Of a host whose messages take 1 ms, 2 ms, and so on. */
function heartbeats(): { readonly times: LeftOutHeartbeats; readonly drawn: () => number } {
  let draws = 0;
  const times = new LeftOutHeartbeats(2, (host) => {
    expect(host).toBe(HOST);
    draws += 1;
    return draws;
  });
  return { times, drawn: () => draws };
}

describe('heartbeats that are left out', () => {
  test('are heard by the newest that has arrived, once', () => {
    const { times } = heartbeats();
    for (const now of [100, 200, 300]) times.send(HOST, at(now));
    // 1, 3 and 5 ms to the control plane, 2 and 4 ms back.
    expect(times.takeHeard(HOST, at(304))).toBe(203);
    expect(times.takeHeard(HOST, at(304))).toBeLessThan(0);
    expect(times.takeHeard(HOST, at(306))).toBe(305);
    expect(times.takeHeard(HOST, at(306))).toBeLessThan(0);
    expect([times.sentAt(HOST), times.heardAt(HOST), times.answeredAt(HOST)]).toEqual([300, 305, 311]);
  });

  test('are none before the first', () => {
    const { times, drawn } = heartbeats();
    expect(times.takeHeard(HOST, at(1000))).toBeLessThan(0);
    expect(times.takeUnderWay(HOST)).toBe(Infinity);
    expect(drawn()).toBe(0);
  });

  test.each([
    ['after what was arranged before it', 6, -1],
    ['before what was arranged after it', 8, 101],
  ])('arrive %s, where both happen at the same time', (_when, number, heardAt) => {
    const { times } = heartbeats();
    times.send(HOST, { now: 100, queue: { number: 0, pushed: 7 } });
    expect(times.takeHeard(HOST, { now: 101, queue: { number, pushed: 9 } })).toBe(heardAt);
  });

  test('leave one that is under way to whoever takes it', () => {
    const { times, drawn } = heartbeats();
    times.send(HOST, at(100));
    times.passTo(HOST, at(100));
    expect(times.takeUnderWay(HOST)).toBe(101);
    expect(times.takeUnderWay(HOST)).toBe(Infinity);
    expect(times.takeHeard(HOST, at(1000))).toBeLessThan(0);
    expect(drawn()).toBe(1);
  });

  test('draw once for the way there and once for the way back, whenever and however often they are asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ beats: fc.nat(4), asks: fc.boolean() }), { maxLength: 20 }), (moves) => {
        const { times, drawn } = heartbeats();
        let now = 0;
        let sent = 0;
        for (const { beats, asks } of moves) {
          for (let beat = 0; beat < beats; beat += 1) {
            now += INTERVAL_MS;
            sent += 1;
            times.send(HOST, at(now));
          }
          if (asks) times.passTo(HOST, at(now + 1));
        }
        times.passTo(HOST, at(now + INTERVAL_MS));
        expect(drawn()).toBe(2 * sent);
        // The newest drew last but one for its way there.
        if (sent > 0)
          expect([times.heardAt(HOST), times.answeredAt(HOST)]).toEqual([now + 2 * sent - 1, now + 4 * sent - 1]);
      }),
    );
  });
});
