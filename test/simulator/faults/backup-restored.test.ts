import { describe, expect, test } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';
import { dispatchesOf, FLEET, MINUTE, runYaml } from '../support/run-yaml.ts';

const problems = (yaml: string): readonly string[] => {
  const read = readScenario(yaml, { readFile: () => '' });
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('restore-backup', () => {
  test('the records go back, come again with the heartbeats, and nobody is dispatched before', () => {
    const { run: result, events } = runYaml(`${FLEET}steps: [{ at: 15m, do: restore-backup, age: 14m, down: 1m }]`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const back = events.filter((event) => event.type === 'HostTransition' && event.runMs === 15 * MINUTE);
    expect(back).toMatchObject([
      { hostname: 'web-01', from: 'Converged', to: 'Soaking' },
      { hostname: 'web-02', from: 'Soaking', to: 'Pending' },
      { hostname: 'web-03', from: 'Soaking', to: 'Pending' },
    ]);
    const taken = events.filter((event) => event.type === 'RecordTakenOver');
    expect(new Set(taken.map(({ hostname }) => hostname))).toEqual(new Set(['web-01', 'web-02', 'web-03']));
    for (const host of ['web-01', 'web-02', 'web-03']) expect(dispatchesOf(events, host)).toHaveLength(1);
  });

  test('a host held by a restored quarantine is not reported as free, nor as held again', () => {
    const { run: result } = runYaml(`title: T
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
    const byAge = runYaml(`${FLEET}steps: [{ at: 15m, do: restore-backup, age: 10m, down: 1m }]`).events;
    const byMoment = runYaml(`${FLEET}steps: [{ at: 15m, do: restore-backup, of: 5m, down: 1m }]`).events;
    expect(byMoment).toEqual(byAge);
    const { run: result } = runYaml(`${FLEET}steps: [{ at: 15m, do: restore-backup, age: 2h, down: 1m }]`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
  });

  test('needs one of the two', () => {
    for (const settings of ['', ', age: 1m, of: 1m'])
      expect(problems(`${FLEET}steps: [{ at: 1m, do: restore-backup${settings} }]`)).toMatchObject([
        expect.stringContaining('expected one of age or of'),
      ]);
  });
});
