import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../src/simulator/random-streams.ts';

const draws = (streams: RandomStreams<string>, owner: string, purpose: string, count = 8): readonly number[] =>
  Array.from({ length: count }, () => streams.of(owner, purpose).unit());

describe('the streams of random numbers', () => {
  test('give the same for the same seed, owner and purpose, whatever others draw in between', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.string(), fc.array(fc.string()), (seed, owner, purpose, others) => {
        const alone = draws(new RandomStreams(seed), owner, purpose);
        const crowded = new RandomStreams<string>(seed);
        const mixed = alone.map(() => {
          for (const other of others) if (other !== owner) crowded.of(other, purpose).unit();
          crowded.of(owner, `${purpose}!`).unit();
          return crowded.of(owner, purpose).unit();
        });
        expect(mixed).toEqual(alone);
      }),
    );
  });

  test('differ by seed, by owner and by purpose', () => {
    const first = draws(new RandomStreams(1), 'web-01', 'latency');
    expect(draws(new RandomStreams(2), 'web-01', 'latency')).not.toEqual(first);
    expect(draws(new RandomStreams(1), 'web-02', 'latency')).not.toEqual(first);
    expect(draws(new RandomStreams(1), 'web-01', 'loss')).not.toEqual(first);
  });

  test('are even enough to be called random', () => {
    const streams = new RandomStreams<string>(42);
    let sum = 0;
    for (let host = 0; host < 10_000; host += 1) sum += streams.of(`host-${host}`, 'start').unit();
    expect(sum / 10_000).toBeGreaterThan(0.48);
    expect(sum / 10_000).toBeLessThan(0.52);
  });

  test('stay between what is asked for, both ends included', () => {
    const stream = new RandomStreams<string>(3).of('a', 'b');
    const seen = new Set(Array.from({ length: 500 }, () => stream.between(2, 5)));
    expect([...seen].sort((a, b) => a - b)).toEqual([2, 3, 4, 5]);
    expect(stream.between(7, 7)).toBe(7);
    expect(stream.untilNextMs(0)).toBe(Infinity);
    expect(stream.untilNextMs(60)).toBeGreaterThan(0);
  });
});
