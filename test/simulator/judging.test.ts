import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fleetScenario, generateFleet, simulate } from '../../src/simulator/node.ts';

const fleet = generateFleet({ hosts: 50, waves: 4, seed: 1 });
const made = fleetScenario(fleet, { ref: 'r', closures: new Map(), newClosures: true });

/** What the judges have to do is counted, because a busy machine does not change it. */
test('docs/simulator.md says how often a host is observed', () => {
  if (!made.ok) throw new Error('the generated fleet must be valid');
  let observations = 0;
  simulate(made.scenario, { onObservation: () => (observations += 1) });
  const docs = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
  const [, said = ''] = /about ([\d,]+)\s+observations\s+of\s+each\s+host/.exec(docs) ?? [];
  expect(Number(said.replace(',', ''))).toBe(Math.round(observations / 50 / 10) * 10);
});

test('a run that nobody judges is the same run', () => {
  if (!made.ok) throw new Error('the generated fleet must be valid');
  const events = (judged: boolean): readonly string[] => {
    const lines: string[] = [];
    simulate(made.scenario, { judged, onEvent: (event) => lines.push(JSON.stringify(event)) });
    return lines;
  };
  expect(events(false)).toEqual(events(true));
});
