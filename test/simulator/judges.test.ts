import { describe, expect, test } from 'vitest';
import { Moment, simulate, whyWaiting, type Run } from '../../src/simulator/index.ts';
import { fullDay } from './support/full-days.ts';
import { lossyDay, nastyDay } from './support/lossy-days.ts';
import { oddDay } from './support/odd-days.ts';
import { strangeDay } from './support/strange-days.ts';
import { runYaml } from './support/run-yaml.ts';
import { wildDay } from './support/wild-days.ts';

const run = (yaml: string): Run => runYaml(yaml).run;

describe('false alarms that are gone', () => {
  test('a stuck run comes to rest although a host is unreachable again and again', () => {
    const result = run(`
title: A stuck run with a host that comes and goes
lasts: 2d
fleet:
  channels:
    stable: { hosts: { web: 30 }, soak: 1m, waves: [{ hosts: web-01 }, { hosts: the rest }] }
rates: { request-lost: 60% }
steps: [{ at: 0s, do: take-offline, hosts: web-01 }]
`);
    expect([result.endedBecause, result.violations]).toEqual(['stuck', []]);
  });

  test('controls that are not met hold the next wave although their probe passes, and the report names their host', () => {
    const result = run(`
title: Controls that are not met
fleet:
  channels:
    stable: { hosts: [a1, a2], soak: 1m, waves: [{ hosts: a1 }, { hosts: a2 }] }
steps: [{ at: 0s, do: fail-controls, hosts: [a1], probe: services, controls: [A.1] }]
`);
    expect(result.violations).toEqual([]);
    const { history, endedRunMs, holds } = result;
    expect(holds.map(({ hostname, blocker }) => [hostname, blocker.heldBy])).toEqual([['a2', 'compliance-wave']]);
    const waiting = history.trackOf('stable@release-1', 'a2');
    const why = waiting === null ? null : whyWaiting(new Moment(history, endedRunMs), waiting);
    expect(why?.causes.map(({ host }) => host.hostname)).toEqual(['a1']);
  });

  test('every host converged, and a backup has one of them as Reverted', () => {
    const result = run(`
title: A backup with a host that failed at first
fleet: { channels: { stable: { hosts: [a, b], soak: 10m } } }
steps:
  - { at: 2m, do: fail-probe, hosts: a, for: 5m }
  - { at: 20m, do: lose-disk, hosts: a }
  - { at: 21m, do: lose-database }
  - { at: 1h, do: restore-backup, of: 18m }
`);
    expect(result.violations).toEqual([]);
    const [rollout] = result.rollouts;
    expect([rollout?.state, rollout?.waves[0]?.hosts.map(({ state }) => state)]).toEqual([
      'Failed',
      ['Converged', 'Converged'],
    ]);
  });

  test('a run does not end before an agent without its disk has got its record back', () => {
    const result = run(`
title: A disk is lost while messages are
fleet: { channels: { stable: { hosts: [a, b], soak: 10m, on-failure: halt } } }
steps:
  - { at: 0s, do: fail-activation, hosts: b }
  - { at: 4m59s, do: lose-messages, hosts: a, what: requests, for: 2m }
  - { at: 5m, do: lose-disk, hosts: a }
`);
    expect(result.violations).toEqual([]);
    expect(result.rollouts[0]?.waves[0]?.hosts.map(({ state }) => state)).toEqual(['Converged', 'Failed']);
  });

  test('a backup has another closure to return to than the last dispatch', () => {
    const result = run(`
title: A rollback by the record of a backup
fleet: { channels: { stable: { hosts: [a], soak: 30m } } }
steps:
  - { at: 5m, do: fail-probe, hosts: a, for: 4m }
  - { at: 0s, do: fail-rollback, hosts: a, times: 1 }
  - { at: 9m, do: lose-disk, hosts: a, down: 3m }
  - { at: 10m, do: lose-database }
  - { at: 10m30s, do: switch-by-hand, hosts: a, closure: by-hand }
  - { at: 14m, do: lose-disk, hosts: a, down: 2m }
  - { at: 15m, do: restore-backup, of: 8m50s, down: 1s }
`);
    expect(result.violations).toEqual([]);
  });

  test.each([
    { what: 'a host is dispatched right after the answer to its heartbeat', day: oddDay(90_000_066) },
    { what: 'a switch ends before the first answer to an agent without a disk', day: strangeDay(80_004_573) },
    { what: 'a crash loses the end of an outbox that its header counts', day: oddDay(90_005_273) },
    { what: 'a backup has greater numbers than a host that lost its disk', day: oddDay(90_001_274) },
    { what: 'a backup has forgotten a switch that brought the wrong closure', day: wildDay(200_002_333) },
    { what: 'ticks are further apart than heartbeats when a run settles', day: wildDay(90_001_090) },
    { what: 'a clock was set back between two releases, and the agent starts again', day: wildDay(90_000_890) },
    { what: 'a dispatch is lost with the database, and its host with its disk', day: oddDay(30_000_160) },
    { what: 'a backup has forgotten the last release, and its host its disk', day: fullDay(600_004_545) },
    { what: 'a backup waits for its agents while the clock is set back', day: fullDay(500_005_649) },
    { what: 'a backup has a host as Soaking that was switched by hand', day: fullDay(500_015_306) },
    { what: 'a switch ends while an agent without a disk may still wait for its answer', day: wildDay(730_001_757) },
    { what: 'a rollback lied, and the host is deferred to the closure that it runs', day: oddDay(740_003_853) },
    { what: 'a host that a backup has as Soaking is cut off when the run could end', day: wildDay(750_005_093) },
    {
      what: 'a control plane is killed by the heartbeat that says that a host runs its target',
      day: fullDay(854_004_842),
    },
    { what: 'a clock is set back while its control plane is down', day: nastyDay(858_000_637) },
    { what: 'a convergence was synthesized after a lost database, and the host fails', day: fullDay(865_005_265) },
    { what: 'a backup has a release as the newest, after both clocks were set back', day: lossyDay(864_007_863) },
    { what: 'an agent converges after a backup, shortly before the run could end', day: nastyDay(941_002_892) },
    { what: 'a backup replaces the record of a host while it rolls back', day: lossyDay(950_007_988) },
    { what: 'a crash had lost numbers that a disk then forgot', day: nastyDay(857_010_900) },
    { what: 'a backup is of the very moment in which events arrived', day: nastyDay(855_001_318) },
    { what: 'the first heartbeat after a restored backup has no record in it', day: nastyDay(840_005_087) },
    {
      what: 'a report may have been dropped during the boot, and the next switch ends otherwise',
      day: lossyDay(840_006_525),
    },
  ])('$what', ({ day }) => {
    // These days are older than this fault.
    const rates = { ...day.rates, retentionExpiresPerHour: 0 };
    expect(simulate({ ...day, rates }).violations).toEqual([]);
  });

  test.each([
    {
      what: 'a clock that was set back shows the time of the last heartbeat again at the next tick',
      day: lossyDay(1_000_002_302),
    },
    {
      what: 'a host that is off ran its target, and the rollout that held it is pruned',
      day: oddDay(1_000_008_084),
    },
    { what: 'a host has failed while its worker ran, which brings back what it ran', day: lossyDay(1_000_012_370) },
  ])('$what', ({ day }) => {
    expect(simulate(day).violations).toEqual([]);
  });
});
