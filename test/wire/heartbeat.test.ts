import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeHeartbeat, encodeHeartbeat } from '../../src/wire/heartbeat.ts';
import { decodeHeartbeatAnswer, encodeHeartbeatAnswer } from '../../src/wire/heartbeat.ts';
import { snapshotOf } from '../../src/wire/index.ts';
import { decodeReplayFrom, encodeReplayFrom } from '../../src/wire/heartbeat.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { expectRoundTrip, pathsOf, problemsOf, valueOf } from './law.ts';

const at = 1_778_925_600_000;
const AT = '2026-05-16T10:00:00.000Z';
const snapshots = fc.array(arbitrary.hostRolloutState.map(snapshotOf), { maxLength: 3 });

const snapshot = {
  rolloutId: 'stable@r1',
  hostname: 'web-01',
  channel: 'stable',
  state: 'Pending',
  targetClosure: 'c1',
  dispatchedAt: AT,
  lastEventSeq: 0,
};

describe('a heartbeat', () => {
  test('of an older agent has neither rollouts nor what it does not know', () => {
    const expected = { hostname: 'web-01', rolloutId: null, currentClosure: null, at, rollouts: [], undelivered: [] };
    expect(valueOf(decodeHeartbeat({ hostname: 'web-01', at: AT }))).toStrictEqual(expected);
    const nulls = {
      hostname: 'web-01',
      rolloutId: null,
      currentClosure: null,
      at: AT,
      rollouts: null,
      undelivered: null,
    };
    expect(valueOf(decodeHeartbeat(nulls))).toStrictEqual(expected);
    expect(encodeHeartbeat(expected)).toStrictEqual({ hostname: 'web-01', at: AT, rollouts: [], undelivered: [] });
  });

  test('keeps the host alive, and the readable entries of its lists, when others cannot be read', () => {
    const rollouts = [snapshot, { ...snapshot, state: 'Rebooting', lastEventSeq: -1 }, snapshot, 7];
    const result = decodeHeartbeat({ hostname: 'web-01', at: AT, rollouts, undelivered: ['stable', 'stable@r1'] });
    expect(valueOf(result).rollouts).toHaveLength(2);
    expect(valueOf(result).undelivered).toStrictEqual(['stable@r1']);
    expect(result.ok && result.skipped.map(({ path }) => path)).toStrictEqual([
      '$.rollouts[1].state',
      '$.rollouts[1].lastEventSeq',
      '$.rollouts[3]',
      '$.undelivered[0]',
    ]);
  });

  test('names every wrong field at once', () => {
    const wrong = {
      hostname: null,
      rolloutId: 'stable',
      currentClosure: 5,
      at: 'today',
      rollouts: {},
      undelivered: 'x',
    };
    expect(pathsOf(decodeHeartbeat(wrong))).toStrictEqual([
      '$.hostname',
      '$.rolloutId',
      '$.currentClosure',
      '$.at',
      '$.rollouts',
      '$.undelivered',
    ]);
  });

  test('survives the wire', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            hostname: arbitrary.name,
            rolloutId: fc.option(arbitrary.rolloutId),
            currentClosure: fc.option(arbitrary.name),
            at: arbitrary.time,
            rollouts: snapshots,
            undelivered: fc.array(arbitrary.rolloutId, { maxLength: 3 }),
          },
          { noNullPrototype: true },
        ),
        (heartbeat) => {
          expectRoundTrip(heartbeat, encodeHeartbeat, decodeHeartbeat);
        },
      ),
    );
  });
});

describe('the answer to a heartbeat', () => {
  test('asks for a replay in its header', () => {
    expect(encodeHeartbeatAnswer({ replayFrom: 3, bootstrapRollouts: [] })).toStrictEqual({
      replayFromHeader: '3',
      body: { bootstrapRollouts: [] },
    });
    expect(encodeHeartbeatAnswer({ replayFrom: null, bootstrapRollouts: [] }).replayFromHeader).toBeNull();
    expect(valueOf(decodeHeartbeatAnswer({ bootstrapRollouts: [] }, '0'))).toStrictEqual({
      replayFrom: 0,
      bootstrapRollouts: [],
    });
  });

  test('keeps the snapshots that can be read', () => {
    const result = decodeHeartbeatAnswer({ bootstrapRollouts: [null, snapshot] }, null);
    expect(valueOf(result).bootstrapRollouts).toHaveLength(1);
    expect(result.ok && result.skipped.map(({ path }) => path)).toStrictEqual(['$.bootstrapRollouts[0]']);
  });

  test('names the problems of header and body at once', () => {
    expect(pathsOf(decodeHeartbeatAnswer({}, '-1'))).toStrictEqual(['X-Nixfleet-Replay-From', '$.bootstrapRollouts']);
    expect(pathsOf(decodeHeartbeatAnswer({ bootstrapRollouts: [] }, 'x'))).toStrictEqual(['X-Nixfleet-Replay-From']);
    expect(pathsOf(decodeHeartbeatAnswer(null, '1'))).toStrictEqual(['$']);
  });

  test('survives the wire', () => {
    fc.assert(
      fc.property(fc.option(arbitrary.lastEventSeq), snapshots, (replayFrom, bootstrapRollouts) => {
        const { replayFromHeader, body } = encodeHeartbeatAnswer({ replayFrom, bootstrapRollouts });
        expect(valueOf(decodeHeartbeatAnswer(JSON.parse(JSON.stringify(body)), replayFromHeader))).toStrictEqual({
          replayFrom,
          bootstrapRollouts,
        });
      }),
    );
  });
});

describe('the header X-Nixfleet-Replay-From', () => {
  test.each([
    [null, null],
    [undefined, null],
    ['0', 0],
    [' 17 ', 17],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('reads %j', (header, seq) => {
    expect(valueOf(decodeReplayFrom(header))).toBe(seq);
  });

  test.each([
    '',
    ' ',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    '007',
    '1 2',
    '9007199254740992',
    '9'.repeat(400),
    '١',
    5,
    ['1', '2'],
  ])('does not read %j', (header) => {
    expect(problemsOf(decodeReplayFrom(header))).toMatchObject([
      { path: 'X-Nixfleet-Replay-From', expected: 'an integer from 0 to 2^53-1' },
    ]);
  });

  test.each([-1, 0.5, NaN, 2 ** 53])('is never written as %s', (seq) => {
    expect(() => encodeReplayFrom(seq)).toThrow(RangeError);
  });
});
