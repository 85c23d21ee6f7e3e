import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printJson } from '../../src/cli/print-json.ts';

function pieces(value: unknown): readonly string[] {
  const written: string[] = [];
  printJson(value, (piece) => written.push(piece));
  return written;
}

test('prints what JSON.stringify returns, however deep', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'large', withCrossShrink: true },
      fc.jsonValue(),
      fc.constant(undefined),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value), (list) => {
      expect(pieces(list).join('')).toBe(`${JSON.stringify(list, null, 2)}\n`);
    }),
    { numRuns: 200 },
  );
});

test('writes a long list in pieces', () => {
  const list = Array.from({ length: 20_000 }, (_, at) => ({ host: `host-${at}` }));
  const written = pieces(list);
  expect(written.join('')).toBe(`${JSON.stringify(list, null, 2)}\n`);
  expect(Math.max(...written.map(({ length }) => length))).toBeLessThan(100_000);
});
