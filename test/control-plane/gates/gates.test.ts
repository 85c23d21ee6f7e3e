import { expect, test } from 'vitest';
import { GATES } from '../../../src/control-plane/gates/gates.ts';

test('the gates are asked in the order of the specification, and reach as far as a pass relies on', () => {
  expect(GATES.map(({ name, reach }) => `${name}: ${reach}`)).toEqual([
    'quarantine: closure',
    'channel-edges: group',
    'wave-promotion: group',
    'host-edge: host',
    'disruption-budget: group',
    'compliance-wave: group',
  ]);
});
