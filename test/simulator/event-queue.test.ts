import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue, MAX_QUEUE_TIME } from '../../src/simulator/event-queue.ts';

/** Pushes and takes, as a property draws them: a number is pushed that far ahead, `null` takes. */
const commands = fc.array(
  fc.option(fc.oneof(fc.nat(5), fc.nat(2000), fc.nat(2_000_000), fc.nat(4_000_000_000)), { nil: null, freq: 2 }),
  { maxLength: 300 },
);

describe('the event queue', () => {
  test('gives back what was pushed, in the order of time and then of insertion', () => {
    fc.assert(
      fc.property(commands, (list) => {
        const queue = new EventQueue<number>();
        const model: { readonly time: number; readonly id: number }[] = [];
        let now = 0;
        let id = 0;
        for (const ahead of list) {
          if (ahead !== null) {
            queue.push(now + ahead, 0, 0, id);
            model.push({ time: now + ahead, id });
            id += 1;
            continue;
          }
          model.sort((a, b) => a.time - b.time || a.id - b.id);
          const next = model.shift();
          expect(queue.take()).toBe(next !== undefined);
          if (next === undefined) continue;
          expect({ time: queue.time, id: queue.payload }).toEqual(next);
          now = next.time;
        }
        expect(queue.size).toBe(model.length);
        model.sort((a, b) => a.time - b.time || a.id - b.id);
        for (const { time, id: expected } of model) {
          queue.take();
          expect([queue.time, queue.payload]).toEqual([time, expected]);
        }
        expect(queue.take()).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps whose event it is, and which life of theirs', () => {
    const queue = new EventQueue<string>();
    queue.push(3, 7, 2, 'later');
    queue.push(1, -1, -1, 'sooner');
    queue.take();
    expect([queue.time, queue.node, queue.epoch, queue.payload]).toEqual([1, -1, -1, 'sooner']);
    queue.take();
    expect([queue.time, queue.node, queue.epoch, queue.payload]).toEqual([3, 7, 2, 'later']);
  });

  test('takes an event in the past as due now, behind what is due already', () => {
    const queue = new EventQueue<string>();
    queue.push(10, 0, 0, 'first');
    queue.take();
    queue.push(10, 0, 0, 'now');
    queue.push(4, 0, 0, 'past');
    queue.take();
    expect([queue.time, queue.payload]).toEqual([10, 'now']);
    queue.take();
    expect([queue.time, queue.payload]).toEqual([10, 'past']);
  });

  test('holds a hundred thousand events that fall together', () => {
    const queue = new EventQueue<number>();
    for (let id = 0; id < 100_000; id += 1) queue.push(60_000, id, 0, id);
    for (let id = 0; id < 100_000; id += 1) {
      queue.take();
      if (queue.payload !== id) expect(queue.payload).toBe(id);
    }
    expect(queue.size).toBe(0);
  });

  test('refuses a time that it cannot hold', () => {
    const queue = new EventQueue<null>();
    expect(() => queue.push(MAX_QUEUE_TIME, 0, 0, null)).toThrow(RangeError);
    expect(() => queue.push(Number.NaN, 0, 0, null)).toThrow(RangeError);
    queue.push(MAX_QUEUE_TIME - 1, 0, 0, null);
    expect(queue.take()).toBe(true);
    expect(queue.time).toBe(MAX_QUEUE_TIME - 1);
  });
});
