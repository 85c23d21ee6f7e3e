import { expect, test } from 'vitest';
import { faultDetail } from '../../../src/simulator/internal.ts';

test('one effect is no "effects"', () => {
  for (const fault of ['crash-between-effects', 'control-plane-killed'] as const) {
    expect(faultDetail({ fault, params: { afterEffects: 0, ofEffects: 1 } })).toBe('after 0 of 1 effect');
    expect(faultDetail({ fault, params: { afterEffects: 1, ofEffects: 2 } })).toBe('after 1 of 2 effects');
  }
});
