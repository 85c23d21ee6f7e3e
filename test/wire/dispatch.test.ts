import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDispatch, encodeDispatch } from '../../src/wire/dispatch.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { expectRoundTrip, pathsOf, valueOf } from './law.ts';

const dispatch = { rolloutId: 'stable@r1', targetClosure: 'c1', soakDueAt: 0, dispatchedAt: -1 };

describe('a dispatch', () => {
  test('is read and written, and ignores what it does not know', () => {
    const json = {
      rolloutId: 'stable@r1',
      targetClosure: 'c1',
      soakDueAt: '1970-01-01T00:00:00.000Z',
      dispatchedAt: '1969-12-31T23:59:59.999Z',
    };
    expect(encodeDispatch(dispatch)).toStrictEqual(json);
    expect(valueOf(decodeDispatch({ ...json, manifest: 'sha256-x' }))).toStrictEqual(dispatch);
  });

  test('may have no end of the soak', () => {
    const json = { rolloutId: 'stable@r1', targetClosure: 'c1', dispatchedAt: '1969-12-31T23:59:59.999Z' };
    expect(encodeDispatch({ ...dispatch, soakDueAt: null })).toStrictEqual(json);
    for (const sent of [json, { ...json, soakDueAt: null }]) {
      expect(valueOf(decodeDispatch(sent))).toStrictEqual({ ...dispatch, soakDueAt: null });
    }
  });

  test('names every wrong field at once', () => {
    expect(pathsOf(decodeDispatch({ rolloutId: '@r1', soakDueAt: 0 }))).toStrictEqual([
      '$.rolloutId',
      '$.targetClosure',
      '$.soakDueAt',
      '$.dispatchedAt',
    ]);
  });

  test('survives the wire', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            rolloutId: arbitrary.rolloutId,
            targetClosure: arbitrary.name,
            soakDueAt: fc.option(arbitrary.time),
            dispatchedAt: arbitrary.time,
          },
          { noNullPrototype: true },
        ),
        (made) => {
          expectRoundTrip(made, encodeDispatch, decodeDispatch);
        },
      ),
    );
  });
});
