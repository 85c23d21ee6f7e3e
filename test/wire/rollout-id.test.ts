import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRolloutId, rolloutId } from '../../src/wire/rollout-id.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { problemsOf, valueOf } from './law.ts';

describe('a rollout id', () => {
  test('is split at the first @', () => {
    expect(valueOf(parseRolloutId('stable@a1b2'))).toStrictEqual({ channel: 'stable', channelRef: 'a1b2' });
    expect(valueOf(parseRolloutId('a@b@c'))).toStrictEqual({ channel: 'a', channelRef: 'b@c' });
    expect(valueOf(parseRolloutId('a@@'))).toStrictEqual({ channel: 'a', channelRef: '@' });
    expect(rolloutId('a', 'b@c')).toBe('a@b@c');
  });

  test.each(['', '@', 'stable', 'stable@', '@a1b2', '@@'])('is not %j', (id) => {
    expect(problemsOf(parseRolloutId(id))).toStrictEqual([
      {
        path: '$',
        expected: 'a rollout id "{channel}@{channelRef}" with neither part empty',
        got: JSON.stringify(id),
        message: `expected a rollout id "{channel}@{channelRef}" with neither part empty, got ${JSON.stringify(id)}`,
        remedy: 'Correct the program that sends this message.',
      },
    ]);
  });

  test.each([null, undefined, 5, ['stable@r1']])('is a text, not %j', (id) => {
    expect(problemsOf(parseRolloutId(id))).toHaveLength(1);
  });

  test.each([
    ['', 'r1'],
    ['stable', ''],
    ['sta@ble', 'r1'],
  ])('is not made of %j and %j', (channel, channelRef) => {
    expect(() => rolloutId(channel, channelRef)).toThrow(RangeError);
  });

  test('gives back what it was made of', () => {
    fc.assert(
      fc.property(arbitrary.channel, arbitrary.channelRef, (channel, channelRef) => {
        expect(valueOf(parseRolloutId(rolloutId(channel, channelRef)))).toStrictEqual({ channel, channelRef });
      }),
    );
  });
});
