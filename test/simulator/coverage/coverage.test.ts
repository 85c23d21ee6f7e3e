import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rolloutsOf, simulate, type Scenario } from '../../../src/simulator/index.ts';
import { RuleCoverage, RULE_NAMES, RULES } from '../../../src/simulator/coverage/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

function coverageOf(scenario: Scenario): RuleCoverage {
  const coverage = new RuleCoverage(rolloutsOf(scenario));
  simulate(scenario, { onEvent: (event) => coverage.take(event), judged: false });
  return coverage;
}

const twoWaves = `
fleet: { channels: { stable: { hosts: [a1, a2], soak: 1m, waves: [{ hosts: a1 }, { hosts: a2 }] } } }
`;

describe('the rules that a run brings into play', () => {
  test('are those of a plain rollout where nothing goes wrong', () => {
    const { rules, faults } = coverageOf(scenarioOf(twoWaves));
    expect(Object.fromEntries(rules)).toMatchObject({
      'rollout: opened': 1,
      'dispatch: acknowledged': 2,
      'gate: wave-promotion holds': 1,
      'gate: wave-promotion lets go': 1,
      'wave: the second begins': 1,
      'event: Converged': 2,
      'rollout: Terminal': 1,
    });
    expect([...rules.keys()].filter((rule) => /rollback|deferral|boot|heartbeat/.test(rule))).toEqual([]);
    expect(faults.size).toBe(0);
  });

  test('count what a host does after a fault, and the state in which the fault struck it', () => {
    const { rules, faults } = coverageOf(
      scenarioOf(`${twoWaves}
steps:
  - { at: 0s, do: fail-activation, hosts: a1, times: 1 }
  - { when: a1 is Failed, do: crash, hosts: a1 }
  - { at: 20m, do: publish, ref: release-2, closures: { '*': good } }
  - { at: 40m, do: publish, ref: release-3, closures: { a1: other, a2: good } }
`),
    );
    expect(Object.fromEntries(rules)).toMatchObject({
      'activation: failed and goes back': 1,
      'rollback: reported': 1,
      'boot: while Failed': 1,
      'rollback: reported after a boot': 1,
      'quarantine: inserted': 1,
      'rollout: superseded while Failed': 1,
      'rollout: superseded while Terminal': 1,
      'dispatch: taken while the rollout before was Reverted': 1,
      'dispatch: taken while the rollout before was Converged': 1,
      'heartbeat: convergence synthesized': 1,
    });
    expect(faults.get('agent-crash')).toEqual(new Map([['Failed', 1]]));
    expect(faults.get('activation-fails')).toEqual(new Map([['Activating', 1]]));
  });

  test('have a passage of the specification each', () => {
    for (const name of RULE_NAMES) expect(RULES[name]).toMatch(/^(?:agent \d+|control-plane, [a-z]+)/);
  });
});

const isNightly = process.env['NIGHTLY'] === '1';

/** How often each rule comes into play in runs of these scenarios, each with a number of seeds. */
function timesInPlay(names: readonly string[], seeds: number): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const name of names) {
    const scenario = scenarioOf(readFileSync(`examples/scenarios/${name}.yaml`, 'utf8'));
    for (let seed = 1; seed <= seeds; seed += 1)
      for (const [rule, count] of coverageOf({ ...scenario, seed }).rules)
        times.set(rule, (times.get(rule) ?? 0) + count);
  }
  return times;
}

describe('the scenarios that look for mistakes', () => {
  test('bring nearly every rule into play within a few runs', () => {
    const names = [
      'everything-at-once',
      'agents-that-crash-all-the-time',
      'a-control-plane-that-restarts-all-the-time',
    ];
    const times = timesInPlay(names, 2);
    expect(RULE_NAMES.filter((name) => !times.has(name)).length).toBeLessThanOrEqual(RULE_NAMES.length / 10);
  });

  test.runIf(isNightly)(
    'bring every rule into play at least ten times within 1,000 runs of everything at once',
    { timeout: 3_600_000 },
    () => {
      const times = timesInPlay(['everything-at-once'], 1000);
      expect(RULE_NAMES.filter((name) => (times.get(name) ?? 0) < 10)).toEqual([]);
    },
  );
});
