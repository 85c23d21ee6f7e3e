import { expect, test } from 'vitest';
import { hostEdgeGate } from '../../../src/control-plane/gates/host-edge.ts';
import { newPendingHost, type HostState } from '../../../src/machine/record.ts';
import { candidate, gateContext, reasonOf } from '../support/gate-world.ts';

const inState = (state: HostState, soakDueAt: number | null = null) => ({
  ...newPendingHost({
    rolloutId: 'stable@r1',
    hostname: 'db',
    channel: 'stable',
    targetClosure: 'new',
    dispatchedAt: 1,
    soakDueAt,
  }),
  state,
});
const check = (state: HostState) =>
  hostEdgeGate.check(gateContext({ recordOf: () => inState(state, 77) }), candidate({ gatedBy: ['db'] }));

test('without edges, and for a gating host that is not part of the rollout, nothing is held', () => {
  expect(hostEdgeGate.check(gateContext({ recordOf: () => inState('Pending') }), candidate())).toBeNull();
  expect(hostEdgeGate.check(gateContext(), candidate({ gatedBy: ['db'] }))).toBeNull();
});

test.each<HostState>(['Pending', 'Activating', 'Soaking', 'Failed', 'Reverted'])(
  'a gating host that is %s holds',
  (state) => {
    expect(check(state)).toEqual({
      gate: 'host-edge',
      gatingHostname: 'db',
      gatingState: state,
      notBefore: state === 'Soaking' ? 77 : null,
    });
    expect(reasonOf(check(state))).toBe(`a waits for db, which is ${state} and must be Converged or Deferred first.`);
  },
);

test.each<HostState>(['Converged', 'Deferred'])('a gating host that is %s does not', (state) => {
  expect(check(state)).toBeNull();
});
