import { expect, test } from 'vitest';
import { controlPlaneCore } from '../../src/control-plane/control-plane-core.ts';
import type { ControlPlaneInput } from '../../src/control-plane/control-plane-inputs.ts';
import type { ControlPlane } from '../../src/control-plane/control-plane-state.ts';
import { memberOf, rolloutOf } from '../../src/control-plane/reads.ts';
import { valueAt } from '../../src/control-plane/vector.ts';
import { manifest } from './support/manifests.ts';

/** The hosts and the rollout that a control plane keeps, before and after it has heard one of the hosts. */
function kept(inPlace: boolean) {
  const core = controlPlaneCore({}, { inPlace });
  const others = Array.from({ length: 39 }, (_, index) => `b${index}`);
  const opened = core.handle(
    core.start(),
    { type: 'ManifestsVerified', rollouts: [manifest({ waves: [['a', ...others]] })] },
    1,
  );
  const partsOf = (controlPlane: ControlPlane) => ({
    member: memberOf(controlPlane, 'a'),
    rollout: valueAt(controlPlane.rollouts, 0),
  });
  const before = partsOf(opened.controlPlane);
  const event = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 2, seq: 1 } as const;
  const inputs: readonly ControlPlaneInput[] = [
    {
      type: 'HeartbeatReceived',
      heartbeat: { hostname: 'a', rolloutId: null, currentClosure: 'old', at: 2, rollouts: [], undelivered: [] },
      isComplete: true,
    },
    { type: 'EventReceived', envelope: { hostname: 'a', rolloutId: 'stable@r1', event, signature: null } },
  ];
  let { controlPlane } = opened;
  for (const input of inputs) controlPlane = core.handle(controlPlane, input, 2).controlPlane;
  expect(rolloutOf(controlPlane, 'stable@r1')?.state).toBe('Active');
  return {
    before,
    after: partsOf(controlPlane),
    isSame: controlPlane === opened.controlPlane,
    hosts: controlPlane.hosts,
  };
}

test('a core that works in place writes into what it was given, and copies nothing', () => {
  const { before, after, isSame, hosts } = kept(true);
  expect(hosts).toBeInstanceOf(Map);
  expect(before.rollout?.hosts.root).toHaveLength(40);
  expect(isSame).toBe(true);
  expect(after.member).toBe(before.member);
  expect(after.rollout).toBe(before.rollout);
});

test('any other leaves what it was given as it was', () => {
  const { before, after, isSame } = kept(false);
  expect(isSame).toBe(false);
  expect(before.member?.runningClosure).toBeNull();
  expect(after.member?.runningClosure).toBe('old');
  expect(after.rollout).not.toBe(before.rollout);
});
