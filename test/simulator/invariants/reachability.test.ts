import { expect, test } from 'vitest';
import type { ControlPlaneCore } from '../../../src/control-plane/index.ts';
import { after, MINUTE } from '../support/small-fleets.ts';
import { controlPlaneEffect } from '../planted-bugs/broken-control-plane.ts';
import { alone } from '../planted-bugs/scenes.ts';
import { noticed } from './noticed.ts';

const AWAY = alone([after(2, { type: 'take-offline', hosts: ['a1'], forMs: 10 * MINUTE })]);

test('is silent when a host goes and comes back', () => {
  expect(noticed(AWAY)).toEqual(new Set());
});

test('notices that a silent host is not reported', () => {
  expect(
    noticed(
      AWAY,
      controlPlaneEffect('HostUnreachable', () => []),
    ),
  ).toContain('reachability');
});

test('notices that a return is not reported', () => {
  expect(
    noticed(
      AWAY,
      controlPlaneEffect('HostReachable', () => []),
    ),
  ).toContain('reachability');
});

test('notices a wrong number of missed heartbeats', () => {
  const wrong = controlPlaneEffect('HostUnreachable', (effect) => [{ ...effect, missedIntervals: 2 }]);
  expect(noticed(AWAY, wrong)).toContain('reachability');
});

test('notices that a host that was never heard is not reported', () => {
  const late = alone([]);
  const neverHeard = { ...late, hosts: late.hosts.map((host) => ({ ...host, joinsAtMs: 10 * MINUTE })) };
  const unreported = controlPlaneEffect('HostUnreachable', (effect) =>
    effect.lastHeartbeatAt === null ? [] : [effect],
  );
  expect(noticed(neverHeard)).toEqual(new Set());
  expect(noticed(neverHeard, unreported)).toContain('reachability');
});

test('notices that a silence is reported a quarter of an interval late', () => {
  const late = {
    wrapControlPlane: (core: ControlPlaneCore): ControlPlaneCore => ({
      ...core,
      start: (config) => core.start({ ...config, heartbeatSecs: 65 }),
    }),
  };
  expect(noticed(AWAY, late)).toContain('reachability');
});
