import { expect, test } from 'vitest';
import { complianceWaveGate } from '../../../src/control-plane/gates/compliance-wave.ts';
import { candidate, gateContext, reasonOf } from '../support/gate-world.ts';

const check = (failures: number) =>
  complianceWaveGate.check(
    gateContext({ failuresBefore: (wave) => (wave === 2 ? failures : 0) }),
    candidate({ wave: 2 }),
  );

test('outstanding failures of earlier waves hold, and are counted', () => {
  expect(check(0)).toBeNull();
  expect(check(1)).toEqual({ gate: 'compliance-wave', wave: 2, failures: 1 });
  expect(reasonOf(check(1))).toMatch(/^a in wave 2 waits until .* no failing enforce check: 1 is outstanding/);
  expect(reasonOf(check(3))).toContain('3 are outstanding');
});
