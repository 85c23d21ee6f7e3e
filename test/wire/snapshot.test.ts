import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newPendingHost } from '../../src/machine/record.ts';
import { snapshotOf } from '../../src/wire/index.ts';
import { decodeSnapshot, encodeSnapshot } from '../../src/wire/snapshot.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { expectRoundTrip, pathsOf, valueOf } from './law.ts';

const at = 1_778_925_600_000;
const AT = '2026-05-16T10:00:00.000Z';

const bare = {
  rolloutId: 'stable@r1',
  hostname: 'web-01',
  channel: 'stable',
  state: 'Pending',
  targetClosure: 'c1',
  dispatchedAt: AT,
  lastEventSeq: 0,
};

const full = {
  ...bare,
  state: 'Soaking',
  currentClosureAtDispatch: '',
  currentClosure: 'c1',
  dispatchAckedAt: '2026-05-16T10:00:01.000Z',
  activationStartedAt: '2026-05-16T10:00:02.000Z',
  activationCompletedAt: '2026-05-16T10:00:03.000Z',
  soakDueAt: '2026-05-16T11:00:00.000Z',
  lastEventSeq: Number.MAX_SAFE_INTEGER,
};

describe('a snapshot', () => {
  test('leaves out what a pending record does not have', () => {
    const record = newPendingHost({
      rolloutId: 'stable@r1',
      hostname: 'web-01',
      channel: 'stable',
      targetClosure: 'c1',
      dispatchedAt: at,
      soakDueAt: null,
    });
    expect(encodeSnapshot(snapshotOf(record))).toStrictEqual(bare);
    expect(valueOf(decodeSnapshot(bare))).toStrictEqual(snapshotOf(record));
  });

  test('carries all its fields', () => {
    expect(valueOf(decodeSnapshot(full))).toStrictEqual({
      rolloutId: 'stable@r1',
      hostname: 'web-01',
      channel: 'stable',
      state: 'Soaking',
      targetClosure: 'c1',
      currentClosureAtDispatch: '',
      currentClosure: 'c1',
      dispatchedAt: at,
      dispatchAckedAt: at + 1000,
      activationStartedAt: at + 2000,
      activationCompletedAt: at + 3000,
      soakDueAt: at + 3_600_000,
      lastEventSeq: Number.MAX_SAFE_INTEGER,
    });
    expect(encodeSnapshot(valueOf(decodeSnapshot(full)))).toStrictEqual(full);
  });

  test('takes null for absent, and ignores what it does not know', () => {
    const sent = { ...bare, currentClosure: null, soakDueAt: null, probes: {}, failedAt: 'x' };
    expect(encodeSnapshot(valueOf(decodeSnapshot(sent)))).toStrictEqual(bare);
  });

  test('names every wrong field at once', () => {
    expect(pathsOf(decodeSnapshot({}))).toStrictEqual(Object.keys(bare).map((field) => `$.${field}`));
    const wrong = Object.fromEntries(Object.keys(full).map((field) => [field, [field]]));
    expect(pathsOf(decodeSnapshot(wrong)).toSorted()).toStrictEqual(
      Object.keys(full)
        .map((field) => `$.${field}`)
        .toSorted(),
    );
  });

  test.each(['pending', 'Opening', '', '__proto__', 'toString'])('knows no state %j', (state) => {
    expect(pathsOf(decodeSnapshot({ ...bare, state }))).toStrictEqual(['$.state']);
  });

  test.each([-1, 0.5, 2 ** 53])('does not take %s for the last seq', (lastEventSeq) => {
    expect(pathsOf(decodeSnapshot({ ...bare, lastEventSeq }))).toStrictEqual(['$.lastEventSeq']);
  });

  test('survives the wire, and is what the record says', () => {
    fc.assert(
      fc.property(arbitrary.hostRolloutState, (record) => {
        const snapshot = snapshotOf(record);
        expect(record).toMatchObject(snapshot);
        expectRoundTrip(snapshot, encodeSnapshot, decodeSnapshot);
      }),
    );
  });
});
