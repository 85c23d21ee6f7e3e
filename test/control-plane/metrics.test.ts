import { expect, it } from 'vitest';
import { controlPlaneCore, metricsOf } from '../../src/control-plane/index.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

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

it('quarantined closures are counted by channel', () => {
  const world = new World();
  world.verify(manifest({ others: ['a', 'b'] }), manifest({ channel: 'edge', others: ['c'] }));
  for (const [host, id] of [
    ['a', 'stable@r1'],
    ['b', 'stable@r1'],
    ['c', 'edge@r1'],
  ] as const)
    world.revert(host, id);
  const counted = metricsOf(world.state).filter(({ name }) => name === 'nixfleet_quarantined_closures');
  expect(counted.map(({ labels, value }) => [labels, value])).toEqual([
    [{ channel: 'stable' }, 2],
    [{ channel: 'edge' }, 1],
  ]);
});

it('no label grows with the number of rollouts or hosts', () => {
  const labels = after(releaseOf('r1')).flatMap((metric) => Object.keys(metric.labels));
  expect(new Set(labels)).toEqual(new Set(['state', 'channel', 'wave']));
});

it('silent hosts are counted, and no others', () => {
  const world = new World();
  world.handle(releaseOf('r1'));
  world.now += 200_000;
  world.heartbeat('a', 'old');
  world.tick();
  expect(metricsOf(world.state).find(({ name }) => name === 'nixfleet_unreachable_hosts')?.value).toBe(2);
});
