import { expect, test } from 'vitest';
import { wavePromotionGate } from '../../../src/control-plane/gates/wave-promotion.ts';
import { candidate, gateContext, reasonOf, rolloutRecord } from '../support/gate-world.ts';

const atWave = (currentWave: number) => gateContext({ rollout: rolloutRecord({ currentWave }) });

test('a later wave waits; the current and earlier ones pass', () => {
  const hold = wavePromotionGate.check(atWave(1), candidate({ wave: 2 }));
  expect(hold).toEqual({ gate: 'wave-promotion', wave: 2 });
  expect(reasonOf(hold)).toMatch(/^a is in wave 2: every host of .* Converged or Deferred first\.$/);
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 1 }))).toBeNull();
  expect(wavePromotionGate.check(atWave(1), candidate({ wave: 0 }))).toBeNull();
});

test('the reason stays true while earlier waves progress', () => {
  const reason = (currentWave: number, wave: number) =>
    reasonOf(wavePromotionGate.check(atWave(currentWave), candidate({ wave })));
  expect(reason(0, 3)).toContain('every host of waves 0 to 2 must be Converged or Deferred first');
  expect(reason(2, 3)).toBe(reason(0, 3));
  expect(reason(0, 2)).toContain('every host of waves 0 and 1 must');
  expect(reason(0, 1)).toContain('every host of wave 0 must');
});

test('an unstaged host is held under its own name, whatever the wave', () => {
  const hold = wavePromotionGate.check(atWave(9), candidate({ wave: 2, staged: false }));
  expect(hold).toEqual({ gate: 'wave-promotion-host-unstaged', channel: 'stable' });
  expect(reasonOf(hold)).toContain('add it to one');
});
