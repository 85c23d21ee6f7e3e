import { expect, test } from 'vitest';
import { holdReason } from '../../../src/control-plane/gates/hold-reason.ts';
import { isSameHold, type Hold } from '../../../src/control-plane/gates/hold.ts';

const budget = { gate: 'disruption-budget', selectorKey: 'k', summary: 'tags:web', inFlight: 2, limit: 2 } as const;
const edge = { gate: 'host-edge', gatingHostname: 'db', gatingState: 'Soaking', notBefore: 7 } as const;
const closure = { gate: 'quarantine', channel: 'stable', closure: 'bad' } as const;
const channelEdge = {
  gate: 'channel-edges',
  channel: 'stable',
  gatingChannel: 'edge',
  gatingRolloutId: 'edge@1',
  gatingState: null,
  edgeReason: null,
} as const;

test.each<readonly [Hold, Hold]>([
  [budget, { ...budget, inFlight: 1, limit: 1 }],
  [edge, { ...edge, gatingState: 'Activating', notBefore: null }],
  [channelEdge, { ...channelEdge, gatingState: 'Active' }],
  [
    { gate: 'compliance-wave', wave: 1, failures: 1 },
    { gate: 'compliance-wave', wave: 1, failures: 2 },
  ],
])('%o is the same hold as %o: only its numbers moved', (a, b) => {
  expect(isSameHold(a, b)).toBe(true);
});

test.each<readonly [Hold, Hold]>([
  [edge, { ...edge, gatingHostname: 'kv' }],
  [channelEdge, { ...channelEdge, gatingRolloutId: 'edge@2' }],
  [closure, { ...closure, closure: 'worse' }],
  [
    { gate: 'extension', name: 'freeze' },
    { gate: 'extension', name: 'pause' },
  ],
  [
    { gate: 'wave-promotion', wave: 1 },
    { gate: 'compliance-wave', wave: 1, failures: 1 },
  ],
])('%o is another hold than %o', (a, b) => {
  expect(isSameHold(a, b)).toBe(false);
});

test('a gate that is not of the protocol is named as such', () => {
  expect(holdReason('web-01', { gate: 'extension', name: 'freeze' })).toBe(
    'web-01 is held by freeze, a gate that is not in the protocol.',
  );
});
