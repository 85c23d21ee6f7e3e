import { describe, expect, test } from 'vitest';

import { compareWithSimulation, type Rehearsed } from '../../../src/runtime/rehearse/index.ts';
import { asRunMs, readScenario, simulate, type Scenario } from '../../../src/simulator/index.ts';

const DAY = `
fleet:
  channels:
    stable: { hosts: { web: 2 }, waves: 2, soak: 5m }
`;
/** The switch takes a minute longer. Soaks are counted from the dispatch, so nothing else is later. */
const SLOW_SWITCH = `${DAY}
durations: { activation: 105s }
`;

function scenarioOf(text: string): Scenario {
  const read = readScenario(text, { readFile: () => null });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

/** A run of the simulator in place of that of real processes. */
function asIfRehearsed(text: string, delays: Rehearsed['delays'] = []): Rehearsed {
  const run = simulate(scenarioOf(text), { keep: 'all' });
  return { run, defects: [], deaths: { agents: 0, controlPlane: 0 }, speed: 20, delays, stream: () => [] };
}

describe('a comparison with the simulation', () => {
  test('finds nothing where both did the same', () => {
    expect(compareWithSimulation(scenarioOf(DAY), asIfRehearsed(DAY))).toEqual([
      'compared: 2 hosts; 2 with the same transitions in the same order, 2 with the same end.',
      'times: 6 of 6 transitions within two ticks (20s), 6 within two ticks and the delays of this machine until then; at most 0s apart.',
      'At speed 20, processes waited for this machine for 0s of the run.',
    ]);
  });

  test('names the host and the transition that was late', () => {
    const lines = compareWithSimulation(scenarioOf(DAY), asIfRehearsed(SLOW_SWITCH));
    expect(lines.filter((line) => line.startsWith('differs'))).toEqual([
      'differs: web-01 in stable@release-1 is Soaking 1m 00s apart.',
      'differs: web-02 in stable@release-1 is Soaking 1m 00s apart.',
    ]);
  });

  test('allows for the delays of the machine before a transition, and for no later ones', () => {
    const before = { fromRunMs: asRunMs(0), untilRunMs: asRunMs(60_000) };
    const after = { fromRunMs: asRunMs(3_600_000), untilRunMs: asRunMs(3_660_000) };
    const differences = (delays: Rehearsed['delays']): number =>
      compareWithSimulation(scenarioOf(DAY), asIfRehearsed(SLOW_SWITCH, delays)).filter((line) =>
        line.startsWith('differs'),
      ).length;
    expect(differences([before])).toBe(0);
    expect(differences([after])).toBeGreaterThan(0);
  });

  test('says when a host went another way', () => {
    const failing = `${DAY}
steps:
  - { at: 0s, do: fail-probe, hosts: web-02 }
`;
    const lines = compareWithSimulation(scenarioOf(DAY), asIfRehearsed(failing));
    expect(lines[0]).toMatch(/^differs: web-02 in stable@release-1: simulated .* Converged; rehearsed .*Failed/);
    expect(lines[1]).toBe('compared: 2 hosts; 1 with the same transitions in the same order, 1 with the same end.');
  });
});
