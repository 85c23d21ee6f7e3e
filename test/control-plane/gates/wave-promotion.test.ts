import { expect, test } from 'vitest';
import { wavePromotionGate } from '../../../src/control-plane/gates/wave-promotion.ts';
import { candidate, gateContext, rolloutRecord } from '../support/gate-world.ts';

const atWave = (currentWave: number) => gateContext({ rollout: rolloutRecord({ currentWave }) });

test('a later wave waits; the current and earlier ones pass', () => {
  const hold = wavePromotionGate.check(atWave(1), candidate({ wave: 2 }));
  expect(hold).toMatchObject({ gate: 'wave-promotion', waitsFor: '' });
  expect(hold?.reason).toMatch(/^a is in wave 2: every host of .* Converged or Deferred first\.$/);
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 1 }))).toBeNull();
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 0 }))).toBeNull();
});

test('the reason stays true while the waves before go through', () => {
  const reason = (currentWave: number, wave: number) =>
    wavePromotionGate.check(atWave(currentWave), candidate({ wave }))?.reason;
  expect(reason(0, 3)).toContain('every host of waves 0 to 2 has to be Converged or Deferred first');
  expect(reason(2, 3)).toBe(reason(0, 3));
  expect(reason(0, 1)).toContain('every host of wave 0 has');
});

test('an unstaged host is held under its own name, whatever the wave', () => {
  const hold = wavePromotionGate.check(atWave(9), candidate({ wave: 2, staged: false }));
  expect(hold).toMatchObject({ gate: 'wave-promotion-host-unstaged', waitsFor: '' });
  expect(hold?.reason).toContain('add it to one');
});
