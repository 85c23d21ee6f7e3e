import { describe, expect, test } from 'vitest';
import { leastDurationMs, NO_FAULTS, simulate } from '../../src/simulator/index.ts';
import { after, budgetOf, MINUTE, scenarioWith, sketch, type RolloutSketch } from './support/small-fleets.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `h${at}`);

describe('the least duration of a rollout', () => {
  const cases: readonly [what: string, rollout: RolloutSketch, minutes: number][] = [
    ['one wave', { waves: [names(3)], soakMinutes: 10 }, 10],
    ['waves follow each other', { waves: [['a'], [], ['b', 'c']], soakMinutes: [5, 7, 10] }, 15],
    [
      'hosts in a row',
      {
        waves: [names(4)],
        soakMinutes: 10,
        edges: [
          ['h0', 'h1'],
          ['h1', 'h2'],
        ],
      },
      30,
    ],
    ['hosts that share a budget', { waves: [names(6)], soakMinutes: 10, budgets: [budgetOf(names(6), 2)] }, 30],
  ];

  test.each(cases)('%s', (_what, rollout, minutes) => {
    const scenario = scenarioWith([sketch(rollout)]);
    expect(leastDurationMs(scenario)).toBe(minutes * MINUTE);
    const { outcome, endedRunMs } = simulate(scenario);
    expect([outcome, endedRunMs >= minutes * MINUTE]).toEqual(['terminal', true]);
  });

  test('a host that runs the release takes no time, and with faults nothing is certain', () => {
    const scenario = scenarioWith([sketch({ waves: [['a'], ['b']], soakMinutes: 10 })]);
    const hosts = scenario.hosts.map((host, at) => (at === 0 ? { ...host, runningClosure: 'r1-a' } : host));
    expect(leastDurationMs({ ...scenario, hosts })).toBe(10 * MINUTE);
    expect(leastDurationMs({ ...scenario, rates: { ...NO_FAULTS, activationFails: 0.1 } })).toBe(0);
    const reboot = after(1, { type: 'reboot', hosts: ['a'], offMs: null });
    expect(leastDurationMs({ ...scenario, steps: [reboot] })).toBe(0);
  });

  test('a row of 20,000 hosts is counted at once', () => {
    const edges = names(20_000).flatMap((name, at): [string, string][] => (at === 0 ? [] : [[name, `h${at - 1}`]]));
    const scenario = scenarioWith([sketch({ waves: [names(20_000)], soakMinutes: 10, edges })]);
    expect(leastDurationMs(scenario)).toBe(200_000 * MINUTE);
  });
});
