import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulate, type Cores, type Scenario } from '../../../src/simulator/index.ts';
import { findFailure } from '../../../src/simulator/many-runs/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';
import { MAX_SEEDS } from './planted-bug.ts';
import { RULE_BUGS } from './rule-bugs.ts';
import { UNNOTICED } from './unnoticed.ts';

/*
 * `npm test` looks for some of them. All of them, the unnoticed ones too:
 *   NIGHTLY=1 npx vitest run --project unit test/simulator/planted-bugs/rule-bugs.test.ts
 * with `-t 'part of its name'` for one.
 */
const isNightly = process.env['NIGHTLY'] === '1';
const SAMPLE = 45;
const SAMPLE_SEEDS = 30;

/** Where a bug of the sample shows first. Without a place here, in the first seed. */
const FIRST_SEEDS: ReadonlyMap<string, number> = new Map([['the answer counts one number too many', 3]]);

const EVERYTHING = scenarioOf(readFileSync('examples/scenarios/everything-at-once.yaml', 'utf8'));

/** The first seed in which something shows, and what; `null` if nothing does. */
function hunt(
  scenario: Scenario,
  cores: Cores,
  seeds: number,
  first = 1,
): { readonly seed: number; readonly what: string } | null {
  for (let seed = first; seed < first + seeds; seed += 1) {
    const failure = findFailure(simulate({ ...scenario, seed }, { cores }), null);
    if (failure !== null) return { seed, what: failure.what };
  }
  return null;
}

const expected = RULE_BUGS.filter(({ name }) => !UNNOTICED.has(name));
const tried = isNightly ? expected : expected.filter((_, at) => at % SAMPLE === 4);

describe('a broken rule shows when everything happens at once', () => {
  test.each(tried)('$name', { timeout: isNightly ? 3_600_000 : 120_000 }, ({ name, cores }) => {
    const first = isNightly ? 1 : FIRST_SEEDS.get(name);
    expect(hunt(EVERYTHING, cores, isNightly ? MAX_SEEDS : SAMPLE_SEEDS, first)).not.toBeNull();
  });

  test.each(isNightly ? RULE_BUGS.filter(({ name }) => UNNOTICED.has(name)) : [])(
    'not noticed yet, take it off the list if it is: $name',
    { timeout: 3_600_000 },
    ({ cores }) => {
      expect(hunt(EVERYTHING, cores, MAX_SEEDS)).toBeNull();
    },
  );
});

describe('the table of broken rules', () => {
  test('breaks every rule in at least three ways, each with a name of its own', () => {
    expect(RULE_BUGS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(RULE_BUGS.map(({ name }) => name)).size).toBe(RULE_BUGS.length);
    const parts = new Map<string, number>();
    for (const { rule } of RULE_BUGS) {
      const [part = rule] = rule.split(':');
      parts.set(part, (parts.get(part) ?? 0) + 1);
    }
    for (const [part, bugs] of parts) expect(bugs, part).toBeGreaterThanOrEqual(3);
  });

  test('has every bug that is listed as unnoticed', () => {
    const names = new Set(RULE_BUGS.map(({ name }) => name));
    expect([...UNNOTICED.keys()].filter((name) => !names.has(name))).toEqual([]);
  });
});
