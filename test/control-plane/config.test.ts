import { expect, test } from 'vitest';
import { controlPlaneCore, DEFAULT_CONFIG } from '../../src/control-plane/index.ts';

test('a control plane starts empty', () => {
  const { rollouts, hosts, watch, unknownHosts, dispatching, inFlight } = controlPlaneCore().start();
  expect([rollouts.length, hosts.size, watch, unknownHosts, dispatching, inFlight]).toEqual([0, 0, [], 0, [], []]);
});

test('missing settings have their defaults', () => {
  expect(controlPlaneCore().start().config).toEqual(DEFAULT_CONFIG);
  expect(controlPlaneCore().start({ maxUnknownHosts: 0 }).config).toEqual({ ...DEFAULT_CONFIG, maxUnknownHosts: 0 });
});

test('a configuration out of range is refused, every wrong value named', () => {
  const wrong = { heartbeatSecs: 0, missedHeartbeats: 0.5, maxUnknownHosts: -1, dispatchFrom: Number.NaN };
  expect(DEFAULT_CONFIG).toEqual({
    heartbeatSecs: 60,
    missedHeartbeats: 3,
    maxUnknownHosts: 100_000,
    dispatchFrom: null,
  });
  expect(controlPlaneCore().start({ missedHeartbeats: 1, dispatchFrom: 0 }).config.dispatchFrom).toBe(0);
  expect(() => controlPlaneCore().start(wrong)).toThrow(
    /^Control plane configuration.*heartbeatSecs.* got 0; missedHeartbeats.* got 0\.5; maxUnknownHosts.* got -1; dispatchFrom.* got NaN/,
  );
});
