import { describe, expect, test } from 'vitest';
import { Moment, simulate, whatIsHeld, type Holding, type Run } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

const MINUTE = 60_000;

const runOf = (text: string): Run => simulate(scenarioOf(text));

function holdOf({ holds }: Run, hostname: string): Holding | undefined {
  return holds.find((hold) => hold.hostname === hostname);
}

describe('what holds a host', () => {
  test('an edge holds at least until the soak of the other host is over: it was said to end then, and did not', () => {
    const run = runOf(`
fleet:
  channels: { stable: { hosts: [a, b], soak: 30m } }
  edges: [{ hosts: b, waits-for: a }]
lasts: 10m
`);
    expect(holdOf(run, 'b')).toMatchObject({
      blocker: { heldBy: 'host-edge', hold: { gatingHostname: 'a', gatingState: 'Soaking' } },
      untilRunMs: null,
      notBeforeRunMs: 30 * MINUTE,
    });
    expect(holdOf(run, 'a')).toMatchObject({ blocker: { heldBy: 'soak' }, untilRunMs: 30 * MINUTE });
  });

  test('is said since it began to hold, and not since the rollout opened', () => {
    const run = runOf(`
fleet:
  channels: { stable: { hosts: [a, b, c], waves: [{ hosts: a, soak: 5m }, { hosts: [b, c], soak: 1h }] } }
  budgets: [{ hosts: [b, c], at-most: 1 }]
lasts: 20m
`);
    const hold = holdOf(run, 'c');
    expect(hold?.blocker).toMatchObject({ heldBy: 'disruption-budget', hold: { inFlight: 1, limit: 1 } });
    expect(hold?.sinceRunMs).toBeGreaterThan(5 * MINUTE);
  });

  test('a probe that has never reported, and one that fails, are named', () => {
    const probes = 'probes: [{ run: [{ name: http, every: 10s }] }]';
    const fleet = 'fleet: { channels: { stable: { hosts: [a], soak: 1m } } }';
    const silent = runOf(`${fleet}\n${probes}\nsteps: [{ at: 0s, do: silence-probe, hosts: a }]\nlasts: 10m`);
    expect(holdOf(silent, 'a')?.blocker).toEqual({ heldBy: 'probe', probeName: 'http', status: 'silent' });
    const failing = runOf(`${fleet}\n${probes}\nsteps: [{ at: 0s, do: fail-probe, hosts: a }]\nlasts: 2m`);
    expect(holdOf(failing, 'a')?.blocker).toEqual({ heldBy: 'probe', probeName: 'http', status: 'fail' });
  });

  test('is that it is off, once its edge has opened, although no pass looks at a host that runs its target', () => {
    const run = runOf(`
fleet:
  channels: { stable: { hosts: [a, b], soak: 30m } }
  edges: [{ hosts: b, waits-for: a }]
steps:
  - { at: 40m, do: publish, ref: release-2, closures: { a: second } }
  - { at: 41m, do: publish, ref: release-3, closures: { a: third } }
  - { at: 42m, do: take-offline, hosts: b }
  - { at: 43m, do: expire-retention }
lasts: 3h
`);
    expect(holdOf(run, 'b')?.blocker).toEqual({ heldBy: 'unreachable', why: 'off' });
    const before = whatIsHeld(new Moment(run.history, 44 * MINUTE));
    expect(before.find(({ hostname }) => hostname === 'b')?.blocker).toMatchObject({ heldBy: 'host-edge' });
  });

  test('is that it is off, for a host that ran the target of a new release: it was said not to be planned', () => {
    const run = runOf(`
fleet: { channels: { stable: { hosts: [a, b], soak: 1m } } }
steps:
  - { at: 5m, do: publish, ref: release-2, closures: { '*': second } }
  - { at: 10m, do: take-offline, hosts: b }
  - { at: 20m, do: publish, ref: release-3, closures: { '*': second } }
lasts: 1h
`);
    expect(run.holds.map(({ hostname, state, blocker }) => [hostname, state, blocker])).toEqual([
      ['b', 'Pending', { heldBy: 'unreachable', why: 'off' }],
    ]);
  });

  test('is its next heartbeat, for a host that runs the target of a new release: a pass has looked at it', () => {
    const run = runOf(`
fleet: { channels: { stable: { hosts: [a], soak: 1m } } }
steps: [{ at: 10m, do: publish, ref: release-2, closures: { '*': a-release-1 } }]
lasts: 10m1s
`);
    expect(run.holds.map(({ state, blocker }) => [state, blocker])).toEqual([['Pending', { heldBy: 'heartbeat' }]]);
  });

  test('is the same at every moment, whether asked at the end of a run or during it', () => {
    const text = `
fleet: { channels: { stable: { hosts: { web: 6 }, waves: [{ hosts: 1 }, { hosts: the rest }], soak: 5m } } }
steps: [{ at: 7m, do: take-offline, hosts: web-03, for: 10m }]
`;
    const whole = runOf(text);
    for (const minute of [1, 4, 8, 11, 16]) {
      const cut = simulate({ ...scenarioOf(text), untilMs: minute * MINUTE });
      expect(whatIsHeld(new Moment(whole.history, minute * MINUTE))).toEqual(cut.holds);
    }
  });
});
