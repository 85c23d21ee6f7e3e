import { expect, it } from 'vitest';
import { controlPlaneCore, metricsOf } from '../../src/control-plane/index.ts';
import { manifest } from './support/manifests.ts';

const core = controlPlaneCore();

function after(...inputs: readonly Parameters<typeof core.handle>[1][]) {
  let controlPlane = core.start();
  inputs.forEach((input, at) => {
    controlPlane = core.handle(controlPlane, input, 1000 + at).controlPlane;
  });
  return metricsOf(controlPlane);
}

const releaseOf = (ref: string) =>
  ({ type: 'ManifestsVerified', rollouts: [manifest({ ref, waves: [['a'], ['b', 'c']] })] }) as const;

it('nothing is known about unknown hosts', () => {
  expect(after().filter(({ value }) => value !== 0)).toEqual([]);
});

it('hosts of the newest rollout are counted by channel, wave and state', () => {
  const metrics = after(releaseOf('r1'), releaseOf('r2'));
  const of = (name: string) =>
    metrics.filter((metric) => metric.name === name).map(({ labels, value }) => [labels, value]);
  expect(of('nixfleet_rollouts')).toEqual([
    [{ state: 'Superseded' }, 1],
    [{ state: 'Active' }, 1],
  ]);
  expect(of('nixfleet_hosts')).toEqual([
    [{ channel: 'stable', wave: '0', state: 'Pending' }, 1],
    [{ channel: 'stable', wave: '1', state: 'Pending' }, 2],
  ]);
  expect(of('nixfleet_outstanding_dispatches')).toEqual([[{}, 1]]);
  expect(of('nixfleet_known_hosts')).toEqual([[{}, 3]]);
});

it('no label grows with the number of rollouts or hosts', () => {
  const labels = after(releaseOf('r1')).flatMap((metric) => Object.keys(metric.labels));
  expect(new Set(labels)).toEqual(new Set(['state', 'channel', 'wave']));
});

it('silent hosts are counted', () => {
  const heartbeat = { hostname: 'a', rolloutId: null, currentClosure: 'old', at: 0, rollouts: [], undelivered: [] };
  let controlPlane = core.handle(core.start(), releaseOf('r1'), 0).controlPlane;
  controlPlane = core.handle(
    controlPlane,
    { type: 'HeartbeatReceived', heartbeat, isComplete: true },
    1000,
  ).controlPlane;
  // The first pass finds that it was heard since it was last looked at; the second one does not.
  for (const at of [1_000_000, 1_015_000])
    controlPlane = core.handle(controlPlane, { type: 'PlanTick' }, at).controlPlane;
  expect(metricsOf(controlPlane).find(({ name }) => name === 'nixfleet_unreachable_hosts')?.value).toBe(3);
});
