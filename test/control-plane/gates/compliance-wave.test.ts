import { expect, test } from 'vitest';
import { complianceWaveGate } from '../../../src/control-plane/gates/compliance-wave.ts';
import { candidate, gateContext } from '../support/gate-world.ts';

const check = (failures: number) =>
  complianceWaveGate.check(
    gateContext({ failuresBefore: (wave) => (wave === 2 ? failures : 0) }),
    candidate({ wave: 2 }),
  );

test('outstanding failures of earlier waves hold, and are counted', () => {
  expect(check(0)).toBeNull();
  // The count is in the reason only: a host is not reported anew because it moves.
  expect(check(1)).toMatchObject({ gate: 'compliance-wave', waitsFor: '' });
  expect(check(1)?.reason).toMatch(/^a in wave 2 waits until .* no failing enforce check: 1 is outstanding/);
  expect(check(3)?.reason).toContain('3 are outstanding');
});
