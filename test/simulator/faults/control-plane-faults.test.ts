import { describe, expect, test } from 'vitest';
import { simulate, type Run, type RunEvent } from '../../../src/simulator/index.ts';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';

function run(yaml: string): { readonly run: Run; readonly events: readonly RunEvent[] } {
  const read = readScenario(yaml, { readFile: () => '' });
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const events: RunEvent[] = [];
  return { run: simulate(read.scenario, { onEvent: (event) => events.push(event) }), events };
}

const problems = (yaml: string): readonly string[] => {
  const read = readScenario(yaml, { readFile: () => '' });
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
};

const dispatched = (events: readonly RunEvent[], host: string): readonly number[] =>
  events.flatMap((event) => (event.type === 'HostDispatched' && event.hostname === host ? [event.runMs] : []));

const MINUTE = 60_000;
const FLEET = `
fleet:
  channels:
    stable: { hosts: { web: 3 }, soak: 10m, freshness: 1h, waves: [{ hosts: web-01 }, { hosts: the rest }] }
`;

describe('restore-backup', () => {
  test('the records go back, come again with the heartbeats, and nobody is dispatched before', () => {
    const { run: result, events } = run(`${FLEET}steps: [{ at: 15m, do: restore-backup, age: 14m, down: 1m }]`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const back = events.filter((event) => event.type === 'HostTransition' && event.runMs === 15 * MINUTE);
    expect(back).toMatchObject([
      { hostname: 'web-01', from: 'Converged', to: 'Soaking' },
      { hostname: 'web-02', from: 'Soaking', to: 'Pending' },
      { hostname: 'web-03', from: 'Soaking', to: 'Pending' },
    ]);
    const taken = events.filter((event) => event.type === 'RecordTakenOver');
    expect(new Set(taken.map(({ hostname }) => hostname))).toEqual(new Set(['web-01', 'web-02', 'web-03']));
    for (const host of ['web-01', 'web-02', 'web-03']) expect(dispatched(events, host)).toHaveLength(1);
  });

  test('a host held by a restored quarantine is not reported as free, nor as held again', () => {
    const { run: result } = run(`title: T
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 5m, waves: [{ hosts: web-01 }, { hosts: the rest }] }
closures: { '*': bad }
steps:
  - { at: 0s, do: fail-activation, hosts: web-01, times: 1 }
  - { at: 20m, do: publish, ref: release-2, closures: { web-01: good, web-02: bad } }
  - { at: 50m, do: restore-backup, age: 5m, down: 1m }
`);
    expect(result.violations).toEqual([]);
    expect(result.holds).toMatchObject([{ hostname: 'web-02', blocker: { heldBy: 'quarantine' } }]);
  });

  test('a moment says the same as an age, and of before the first backup there is the start', () => {
    const byAge = run(`${FLEET}steps: [{ at: 15m, do: restore-backup, age: 10m, down: 1m }]`).events;
    const byMoment = run(`${FLEET}steps: [{ at: 15m, do: restore-backup, of: 5m, down: 1m }]`).events;
    expect(byMoment).toEqual(byAge);
    const { run: result } = run(`${FLEET}steps: [{ at: 15m, do: restore-backup, age: 2h, down: 1m }]`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
  });

  test('needs one of the two', () => {
    for (const settings of ['', ', age: 1m, of: 1m'])
      expect(problems(`${FLEET}steps: [{ at: 1m, do: restore-backup${settings} }]`)).toMatchObject([
        expect.stringContaining('expected one of age or of'),
      ]);
  });
});

describe('kill-control-plane', () => {
  test.each([0, 1, 2, 3, 5, 8])('after %i effects: nothing is lost, and nothing happens twice', (afterEffects) => {
    for (const at of ['0s', '46s', '5m', '10m']) {
      const { run: result, events } = run(
        `${FLEET}steps: [{ at: ${at}, do: kill-control-plane, after-effects: ${afterEffects}, down: 30s }]`,
      );
      expect([result.outcome, result.violations]).toEqual(['terminal', []]);
      const accepted = events.filter((event) => event.type === 'EventAccepted').map((event) => JSON.stringify(event));
      expect(new Set(accepted).size).toBe(accepted.length);
    }
  });

  test('before anything is stored, the input is not taken', () => {
    const { events } = run(`${FLEET}steps: [{ at: 30s, do: kill-control-plane, after-effects: 0, down: 30s }]`);
    const killed = events.find((event) => event.type === 'Fault');
    const sameMoment = events.filter((event) => event.runMs === killed?.runMs && event.type === 'EventAccepted');
    expect(sameMoment).toEqual([]);
  });
});

describe('set-control-plane-clock', () => {
  test.each([
    ['behind: 1d', false],
    ['ahead: 1d', true],
  ])('%s: soaks end by it, and no promise is broken', (settings, isLonger) => {
    const { run: result, events } = run(`${FLEET}steps: [{ at: 0s, do: set-control-plane-clock, ${settings} }]`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const [first] = dispatched(events, 'web-02');
    // The first wave was dispatched before the clock was set.
    expect(first).toBeGreaterThan(9 * MINUTE);
    expect(result.endedRunMs > 24 * 60 * MINUTE).toBe(isLonger);
  });

  test('set back after a lost database, it does not stop dispatching until it has caught up', () => {
    const { run: result } = run(
      `${FLEET}steps:
  - { at: 5m, do: lose-database, down: 10s }
  - { at: 5m 20s, do: set-control-plane-clock, behind: 1d }
`.replace('5m 20s', '5m20s'),
    );
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    expect(result.endedRunMs).toBeLessThan(60 * MINUTE);
  });
});

describe('stop-signing', () => {
  test('nothing happens within the freshness window of the channel', () => {
    const { run: result, events } = run(`${FLEET}steps: [{ at: 0s, do: stop-signing, for: 1h }]`);
    expect(result.outcome).toBe('terminal');
    expect(events.some(({ type }) => type === 'Logged')).toBe(false);
  });

  test('from its end until the next signature, no dispatch is acted on', () => {
    const { events } = run(`${FLEET.replace('soak: 10m', 'soak: 90m')}steps: [{ at: 10m, do: stop-signing, for: 3h }]`);
    const started = events.filter((event) => event.type === 'AgentTransition' && event.to === 'Activating');
    const moments = started.map(({ runMs }) => Math.floor(runMs / MINUTE));
    expect(moments).toEqual([0, 190, 190]);
  });
});
