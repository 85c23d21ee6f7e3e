import { expect, test } from 'vitest';
import { wavePromotionGate } from '../../../src/control-plane/gates/wave-promotion.ts';
import { candidate, gateContext, rolloutRecord } from '../support/gate-world.ts';

const atWave = (currentWave: number) => gateContext({ rollout: rolloutRecord({ currentWave }) });

test('a later wave waits; the current and earlier ones pass', () => {
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 2 }))).toMatchObject({ gate: 'wave-promotion' });
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 1 }))).toBeNull();
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 0 }))).toBeNull();
});

test('an unstaged host is held under its own name, whatever the wave', () => {
  const hold = wavePromotionGate.check(atWave(9), candidate({ wave: 2, staged: false }));
  expect(hold).toMatchObject({ gate: 'wave-promotion-host-unstaged' });
  expect(hold?.reason).toContain('add it to one');
});
