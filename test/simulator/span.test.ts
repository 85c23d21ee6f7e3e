import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpan, writeSpan } from '../../src/simulator/span.ts';

describe('spans', () => {
  it('are read', () => {
    expect(parseSpan('30s to 1m')).toEqual({ minMs: 30_000, maxMs: 60_000 });
    expect(parseSpan('1m to 30s')).toBeNull();
    expect(parseSpan('30s to 1m to 2m')).toBeNull();
  });

  it('come back from what was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), fc.nat({ max: 10 ** 9 }), (ms, more) => {
        expect(parseSpan(writeSpan({ minMs: ms, maxMs: ms + more }))).toEqual({ minMs: ms, maxMs: ms + more });
      }),
    );
  });
});
