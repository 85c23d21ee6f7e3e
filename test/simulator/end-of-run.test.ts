import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRunMs, simulate, type Run, type Scenario } from '../../src/simulator/index.ts';
import { readExample } from '../support/read-example.ts';
import { readFleet, scenarioOf } from './fleets.ts';

const isNightly = process.env['NIGHTLY'] === '1';
const examples = new URL('../../examples/', import.meta.url);

const brokenIn = ({ violations }: Run): readonly string[] =>
  violations.map(({ invariant, hostname, rolloutId }) => `${invariant} ${hostname} ${rolloutId}`);

/** What a run that is cut at a moment reports although the whole run does not. */
function falseAlarms(scenario: Scenario, whole: ReadonlySet<string>, cutRunMs: number): readonly string[] {
  return brokenIn(simulate({ ...scenario, untilMs: cutRunMs })).filter((broken) => !whole.has(broken));
}

describe('a run that is cut', () => {
  const scenario = scenarioOf(readFleet(fileURLToPath(new URL('fleets/harbor.json', examples))));
  const run = simulate(scenario);
  const whole = new Set(brokenIn(run));

  test(
    'breaks no invariant that the whole run does not: the example fleet did at 5m 1s, and ended with exit code 3',
    () => {
      const everyMs = isNightly ? 1000 : 601_000;
      for (let cutRunMs = 1000; cutRunMs < run.endedRunMs; cutRunMs += everyMs)
        expect(falseAlarms(scenario, whole, cutRunMs), `cut at ${cutRunMs} ms`).toEqual([]);
      expect(falseAlarms(scenario, whole, 301_000)).toEqual([]);
    },
    isNightly ? 3_600_000 : 60_000,
  );

  const named = ['scenarios', 'findings'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, examples))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => ({ folder, file })),
  );

  test(
    'breaks no invariant that the whole run does not, whatever goes wrong and whenever it is cut',
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...named),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.nat({ max: 1000 }),
          ({ folder, file }, part, seed) => {
            const own = { ...readExample(`${folder}/${file}`).scenario, seed };
            const uncut = simulate(own);
            expect(falseAlarms(own, new Set(brokenIn(uncut)), Math.ceil(uncut.endedRunMs * part))).toEqual([]);
          },
        ),
        {
          numRuns: isNightly ? 10_000 : 10,
        },
      );
    },
    isNightly ? 3_600_000 : 60_000,
  );

  test('says what was under way, and until when only where that is certain', () => {
    const cut = simulate({ ...scenario, untilMs: 301_000 });
    expect(cut.endedRunMs).toBe(asRunMs(301_000));
    for (const { blocker, untilRunMs } of cut.holds) expect(untilRunMs !== null).toBe(blocker.heldBy === 'soak');
  });
});
