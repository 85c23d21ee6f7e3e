import { expect, test } from 'vitest';
import { quarantineGate } from '../../../src/control-plane/gates/quarantine.ts';
import { candidate, gateContext, reasonOf } from '../support/gate-world.ts';

test('a quarantined closure of this channel is held, and named', () => {
  const isQuarantined = (channel: string, closure: string): boolean => channel === 'stable' && closure === 'bad';
  const hold = quarantineGate.check(gateContext({ isQuarantined }), candidate({ targetClosure: 'bad' }));
  expect(hold).toEqual({ gate: 'quarantine', channel: 'stable', closure: 'bad' });
  expect(reasonOf(hold)).toMatch(/^bad was rolled back on channel stable .* release another closure/);
  expect(quarantineGate.check(gateContext({ isQuarantined }), candidate({ targetClosure: 'good' }))).toBeNull();
});
