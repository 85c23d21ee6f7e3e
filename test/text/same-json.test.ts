import { expect, it } from 'vitest';
import { isSameJson } from '../../src/text/index.ts';

it.each([
  [{ a: 1, b: [{ c: 2, d: null }] }, { b: [{ d: null, c: 2 }], a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [[1, 2], [2, 1], false],
  [{ a: 1 }, { a: '1' }, false],
  [{ a: 1 }, { a: 1, b: 1 }, false],
  [null, {}, false],
])('%j and %j: %j', (a, b, same) => expect(isSameJson(a, b)).toBe(same));
