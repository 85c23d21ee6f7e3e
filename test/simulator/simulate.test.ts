import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SCENARIO,
  generateFleet,
  simulate,
  type FaultName,
  type ScenarioStep,
} from '../../src/simulator/index.ts';
import { hasSharedFile, sharedFile } from '../support/shared-folder.ts';
import { hostIn, readFleet, runLogged, scenarioOf } from './fleets.ts';
import { scenarioOf as readScenario } from './scenario-file/read-problems.ts';

const MINUTE = 60_000;
const harbor = readFleet('examples/fleets/harbor.json');
const at = (atMs: number, action: ScenarioStep['do']): ScenarioStep => ({ when: { type: 'At', atMs }, do: action });
const small = readScenario(`
fleet:
  channels:
    stable:
      hosts: [host-00, host-01, host-02, host-03, host-04, host-05, host-06, host-07, host-08, host-09, host-10, host-11]
      waves: [{ hosts: host-00 }, { hosts: host-0* }, { hosts: the rest }]
      soak: 5m
  tags: { every: "*" }
  budgets: [{ tag: every, at-most: 25% }]
`);

describe('a run', () => {
  test('is the same, byte for byte, for the same scenario', () => {
    expect(runLogged(scenarioOf(harbor)).log).toBe(runLogged(scenarioOf(harbor)).log);
  });

  test('does not depend on the order in which hosts are listed', () => {
    const scenario = scenarioOf(harbor);
    const shuffled = { ...scenario, hosts: [...scenario.hosts].reverse() };
    expect(runLogged(shuffled).log).toBe(runLogged(scenario).log);
  });

  test('is the same after the scenario was written to JSON and read back', () => {
    const scenario = scenarioOf(harbor);
    const copy: unknown = JSON.parse(JSON.stringify(scenario));
    // It is what was just written.
    expect(runLogged(copy as typeof scenario).log).toBe(runLogged(scenario).log);
  });

  test('takes another course with another seed', () => {
    expect(runLogged({ ...small, seed: 2 }).log).not.toBe(runLogged(small).log);
  });

  test('follows a release that says something else under an id that agents know already', () => {
    const { run } = runLogged(
      readScenario(`
fleet: { channels: { stable: { hosts: { web: 3 }, soak: 10m } } }
steps:
  - { at: 20m, do: restart-control-plane, down: 10m }
  - { at: 21m, do: publish, ref: v2 }
  - { at: 22m, do: reboot, hosts: web-* }
  - { at: 26m, do: publish, ref: v2, closures: { web-*: other } }
`),
    );
    expect(run.outcome).toBe('terminal');
    expect(run.violations).toEqual([]);
  });

  test('starts a host that comes up idle with the first answer, and not when it gives up waiting', () => {
    const { events } = runLogged({
      ...small,
      rollouts: [],
      steps: [
        at(10 * MINUTE - 5000, {
          type: 'crash',
          hosts: ['host-00'],
          afterEffects: null,
          downMs: 1000,
          losesTail: false,
        }),
        at(10 * MINUTE, { type: 'publish', rollouts: small.rollouts }),
      ],
    });
    const began = events.find((event) => event.type === 'AgentTransition' && event.hostname === 'host-00');
    expect(began?.runMs).toBeLessThan(10 * MINUTE + 10_000);
  });

  test.each<[FaultName, object, ScenarioStep['do']]>([
    [
      'probe-flaps',
      { probeName: 'http', periodMs: 40_000 },
      { type: 'flap-probe', hosts: ['host-00'], probe: 'http', periodMs: 40_000, forMs: null },
    ],
    [
      'crash-between-effects',
      { afterEffects: 2 },
      { type: 'crash', hosts: ['host-00'], afterEffects: 2, downMs: 1000, losesTail: false },
    ],
  ])('logs all that it takes to repeat %s', (fault, params, action) => {
    const { events } = runLogged({ ...small, steps: [at(0, action)] });
    const told = events.find((event) => event.type === 'Fault' && event.fault === fault);
    expect(told).toMatchObject({ hostname: 'host-00', params });
  });

  test('of a healthy fleet ends with every rollout Terminal', () => {
    const { run } = runLogged(scenarioOf(harbor));
    expect(run.outcome).toBe('terminal');
    expect(run.violations).toEqual([]);
    expect(run.holds).toEqual([]);
    expect(run.rollouts.map(({ channel, state }) => [channel, state])).toEqual([
      ['database', 'Terminal'],
      ['edge', 'Terminal'],
      ['stable', 'Terminal'],
    ]);
  });

  test('keeps to waves, soaks and budgets', () => {
    const { run, events } = runLogged(scenarioOf(harbor));
    const stable = run.rollouts.find(({ channel }) => channel === 'stable');
    const edge = run.rollouts.find(({ channel }) => channel === 'edge');
    expect(stable?.waves[0]?.startedRunMs).toBe(edge?.sinceRunMs);
    for (const { waves } of run.rollouts) {
      for (const [at, wave] of waves.entries()) {
        expect((wave.endedRunMs ?? 0) - (wave.startedRunMs ?? 0)).toBeGreaterThanOrEqual(wave.soakMinutes * MINUTE);
        if (at > 0) expect(wave.startedRunMs).toBeGreaterThanOrEqual(waves[at - 1]?.endedRunMs ?? Infinity);
      }
    }
    const api = new Set<string>();
    let most = 0;
    for (const event of events) {
      if (event.type === 'HostDispatched' && event.hostname.startsWith('api-')) api.add(event.hostname);
      if (event.type === 'HostTransition' && event.to === 'Converged') api.delete(event.hostname);
      most = Math.max(most, api.size);
    }
    expect(most).toBe(2);
  });

  test('of a host that runs its target already dispatches nothing to it', () => {
    const scenario = {
      ...small,
      hosts: small.hosts.map((host) => ({
        ...host,
        runningClosure: small.rollouts.flatMap(({ hosts }) => hosts).find(({ hostname }) => hostname === host.hostname)!
          .targetClosure,
      })),
    };
    const { run, events } = runLogged(scenario);
    expect(run.outcome).toBe('terminal');
    expect(events.filter(({ type }) => type === 'HostDispatched')).toEqual([]);
    expect(hostIn(run, 'host-00').cause).toEqual({ type: 'ran-it-already' });
  });

  test('reports progress, and calls nothing else', () => {
    const seen: number[] = [];
    simulate(scenarioOf(generateFleet({ hosts: 200, waves: 3, seed: 1 })), {
      onProgress: ({ now }) => seen.push(now),
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('of nothing ends at once', () => {
    const { run } = runLogged(DEFAULT_SCENARIO);
    expect(run.outcome).toBe('terminal');
    expect(run.rollouts).toEqual([]);
  });

  test('is refused if no run can be like that, with every reason', () => {
    const [host] = small.hosts;
    if (host === undefined) throw new Error('no host');
    const bad = {
      ...small,
      seed: -1,
      untilMs: Number.NaN,
      hosts: [host, host, { ...host, hostname: 'x', probeSet: 9 }],
    };
    expect(() => simulate(bad)).toThrow(/seed.*untilMs.*listed twice.*probe set 9/s);
  });
});

describe('what goes wrong', () => {
  test('a reboot that comes up on the old closure is not reported as a failed activation', () => {
    const hosts = ['host-00'];
    const { run } = runLogged({
      ...small,
      steps: [
        at(0, { type: 'defer-activation', hosts, component: 'kernel', rebootAfterMs: 600_000, times: null }),
        at(0, { type: 'fall-back-at-boot', hosts, times: 1 }),
      ],
    });
    expect(hostIn(run, 'host-00').cause).toEqual({ type: 'boot-fell-back', component: 'kernel' });
  });

  test('a failed activation is named although a made-up event has taken the number of its report', () => {
    const { run } = runLogged(
      readScenario(`
fleet: { channels: { stable: { hosts: [web-01], soak: 10m } } }
ref: ci-1
closures: { '*': c1 }
steps:
  - { at: 55s, do: publish, ref: ci-2, closures: { '*': c1 } }
  - { at: 56s, do: fail-activation, hosts: web-01, times: 1 }
`),
    );
    expect(hostIn(run, 'web-01')).toMatchObject({
      state: 'Reverted',
      cause: { type: 'failure-came-late', of: 'activation' },
    });
  });

  test('a failed activation reverts its host and stops the rollout', () => {
    const { run } = runLogged({
      ...small,
      steps: [at(0, { type: 'fail-activation', hosts: ['host-00'], exitCode: 4, times: null })],
    });
    expect(run.outcome).toBe('not-terminal');
    expect(run.endedBecause).toBe('finished');
    expect(hostIn(run, 'host-00')).toMatchObject({
      state: 'Reverted',
      cause: { type: 'activation-failed', exitCode: 4 },
      revertedTo: 'old-host-00',
    });
    expect(run.holds.length).toBe(11);
    expect(run.holds[0]).toMatchObject({
      blocker: { heldBy: 'rollout-stopped' },
      state: 'Pending',
    });
    expect(run.faults.find(({ fault }) => fault === 'activation-fails')).toEqual({
      fault: 'activation-fails',
      count: 1,
      askedFor: true,
    });
  });

  test('a failing probe reverts its host after two minutes of it', () => {
    const { run, events } = runLogged({
      ...small,
      steps: [at(0, { type: 'fail-probe', hosts: ['host-00'], probe: null, forMs: null })],
    });
    expect(hostIn(run, 'host-00').state).toBe('Reverted');
    const fault = events.find(({ type }) => type === 'Fault');
    const failed = events.find((event) => event.type === 'AgentTransition' && event.to === 'Failed');
    expect((failed?.runMs ?? 0) - (fault?.runMs ?? 0)).toBeGreaterThanOrEqual(2 * MINUTE);
  });

  test('a deferred host is passed by its wave, and ends the rollout once it was rebooted', () => {
    const defer = {
      type: 'defer-activation',
      hosts: ['host-00'],
      component: 'kernel',
      rebootAfterMs: 90 * MINUTE,
      times: null,
    } as const;
    const { run } = runLogged({ ...small, steps: [at(0, defer)] });
    expect(run.outcome).toBe('terminal');
    const waves = run.rollouts[0]?.waves ?? [];
    expect(waves[0]?.endedRunMs).toBeLessThan(2 * MINUTE);
    expect(hostIn(run, 'host-00').sinceRunMs).toBeGreaterThan(90 * MINUTE);
    expect(hostIn(run, 'host-00').cause).toEqual({ type: 'rebooted', component: 'kernel' });
  });

  test('a host that is off is Pending since the rollout opened, and held since it was dispatched: both were reported since 0s', () => {
    const { run } = runLogged(
      readScenario(`
fleet: { channels: { stable: { hosts: { web: 3 }, soak: 5m } } }
steps:
  - { at: 0s, do: take-offline, hosts: web-01 }
  - { at: 30m, do: publish, ref: fix }
`),
    );
    expect(hostIn(run, 'web-01')).toMatchObject({ state: 'Pending', sinceRunMs: 30 * MINUTE });
    expect(run.holds).toEqual([
      expect.objectContaining({
        hostname: 'web-01',
        blocker: { heldBy: 'unreachable', why: 'off' },
        sinceRunMs: 30 * MINUTE,
      }),
    ]);
  });

  test('a deferred host that nobody reboots is named, and the run ends by itself', () => {
    const defer = {
      type: 'defer-activation',
      hosts: ['host-00'],
      component: 'kernel',
      rebootAfterMs: null,
      times: null,
    } as const;
    const { run } = runLogged({ ...small, steps: [at(0, defer)] });
    expect(run.outcome).toBe('not-terminal');
    expect(run.endedBecause).toBe('stuck');
    expect(run.holds).toEqual([
      expect.objectContaining({
        hostname: 'host-00',
        state: 'Deferred',
        blocker: { heldBy: 'reboot', component: 'kernel' },
        untilRunMs: null,
      }),
    ]);
  });

  test('a host that is off holds its wave, by name', () => {
    const { run } = runLogged({ ...small, steps: [at(0, { type: 'take-offline', hosts: ['host-00'], forMs: null })] });
    expect(run.holds.find(({ hostname }) => hostname === 'host-00')).toMatchObject({
      state: 'Pending',
      blocker: { heldBy: 'unreachable', why: 'off' },
    });
    expect(run.holds.find(({ hostname }) => hostname === 'host-11')).toMatchObject({
      blocker: { heldBy: 'wave-promotion' },
    });
  });

  test('a run that is cut off says what was still under way, and until when', () => {
    const { run } = runLogged({ ...small, untilMs: 3 * MINUTE });
    expect(run.endedBecause).toBe('until');
    expect(run.endedRunMs).toBe(3 * MINUTE);
    expect(run.holds.find(({ hostname }) => hostname === 'host-00')).toMatchObject({
      state: 'Soaking',
      blocker: { heldBy: 'soak' },
      untilRunMs: 5 * MINUTE,
    });
  });

  test('reports a requested fault that never struck', () => {
    const { run } = runLogged({
      ...small,
      steps: [at(0, { type: 'fail-rollback', hosts: ['host-00'], exitCode: 1, times: null })],
    });
    expect(run.faults.find(({ fault }) => fault === 'rollback-fails')).toEqual({
      fault: 'rollback-fails',
      count: 0,
      askedFor: true,
    });
  });
});

const hasFleets = hasSharedFile('fleets');

describe.skipIf(!hasFleets)(`the fleets of others${hasFleets ? '' : ' (skipped: there is no ../shared)'}`, () => {
  const files = hasFleets ? readdirSync(sharedFile('fleets')).filter((file) => file.endsWith('.json')) : [];

  test.each(files)('%s rolls out to its end', (file) => {
    const { run } = runLogged(scenarioOf(readFleet(sharedFile(`fleets/${file}`))));
    expect(run.violations).toEqual([]);
    expect(run.outcome).toBe('terminal');
  });
});
