import { describe, expect, test } from 'vitest';

import { compareWithSimulation } from '../../../src/runtime/rehearse/index.ts';
import { simulate, type Run } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../../simulator/scenario-file/read-problems.ts';

const DAY = `
fleet:
  channels:
    stable: { hosts: { web: 2 }, waves: 2, soak: 5m }
`;
/** The switch takes a minute longer. Soaks count from the dispatch, so nothing else is later. */
const SLOW_SWITCH = `${DAY}
durations: { activation: 105s }
`;

/** A run of the simulator instead of real processes. */
const asIfRehearsed = (text: string): Run => simulate(scenarioOf(text), { keep: 'all' });

describe('a comparison with the simulation', () => {
  test('finds nothing if both did the same', () => {
    expect(compareWithSimulation(scenarioOf(DAY), asIfRehearsed(DAY))).toEqual([
      'compared: 2 hosts; 2 with the same transitions in the same order, 2 with the same end; times are at most 0s apart (two ticks are 20s).',
    ]);
  });

  test('names the host and the late transition', () => {
    const lines = compareWithSimulation(scenarioOf(DAY), asIfRehearsed(SLOW_SWITCH));
    expect(lines.filter((line) => line.startsWith('differs'))).toEqual([
      'differs: web-01 in stable@release-1 is Soaking 1m 00s apart.',
      'differs: web-02 in stable@release-1 is Soaking 1m 00s apart.',
    ]);
  });

  test('says when a host took another path', () => {
    const failing = `${DAY}
steps:
  - { at: 0s, do: fail-probe, hosts: web-02 }
`;
    const lines = compareWithSimulation(scenarioOf(DAY), asIfRehearsed(failing));
    expect(lines[0]).toMatch(/^differs: web-02 in stable@release-1: simulated .* Converged; rehearsed .*Failed/);
    expect(lines[1]).toMatch(/^compared: 2 hosts; 1 with the same transitions in the same order, 1 with the same end;/);
  });
});
