import { describe, expect, test } from 'vitest';
import { findBug } from './find-bug.ts';
import { MAX_SEEDS } from './planted-bug.ts';
import { asRead } from './rule-bug.ts';
import { RULE_BUGS } from './rule-bugs.ts';
import { UNNOTICED } from './unnoticed.ts';

/*
 * `npm test` looks for some of them. All of them, the unnoticed ones too:
 *   NIGHTLY=1 npx vitest run --project unit test/simulator/planted-bugs/rule-bugs.test.ts
 * with `-t 'part of its name'` for one, and with PART=3/8 for the third of eight parts, so that a long search can be
 * interrupted and goes on with the next part.
 */
const isNightly = process.env['NIGHTLY'] === '1';
const SAMPLE = 45;
const SAMPLE_RUNS = 60;

const [part = 1, parts = 1] = (process.env['PART'] ?? '1/1').split('/').map(Number);
const bugs = RULE_BUGS.filter((_, at) => (isNightly ? at % parts === part - 1 : at % SAMPLE === 4));

describe('a broken rule shows in the scenarios that look for mistakes', () => {
  test.each(bugs.filter(({ name }) => !UNNOTICED.has(name)))(
    '$name',
    { timeout: isNightly ? 3_600_000 : 120_000 },
    (bug) => {
      expect(findBug(bug.cores, isNightly ? MAX_SEEDS : SAMPLE_RUNS, (one) => asRead(one, bug))).not.toBeNull();
    },
  );

  test.each(isNightly ? bugs.filter(({ name }) => UNNOTICED.has(name)) : [])(
    'not noticed yet, take it off the list if it is: $name',
    { timeout: 3_600_000 },
    (bug) => {
      expect(findBug(bug.cores, MAX_SEEDS, (one) => asRead(one, bug))).toBeNull();
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
