import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulator/index.ts';
import { findUnmet, formatProblem, readScenario } from '../../src/simulator/scenario-file/index.ts';

const folder = new URL('../../examples/scenarios/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort();

describe('the example scenarios', () => {
  it('are a dozen or more', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('%s comes to what it says', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const read = readScenario(text, { readFile: (path) => readFileSync(new URL(path, folder), 'utf8') });
    if (!read.ok) throw new Error(read.problems.map((problem) => formatProblem(name, problem)).join('\n'));
    const { outcome = null, fired = [] } = read.expectation ?? {};
    expect(outcome !== null || fired.length > 0, 'every example says what it comes to').toBe(true);
    const run = simulate(read.scenario);
    // The command turns outcomes into exit codes; its own tests hold it to that.
    if (outcome !== null)
      expect(read.expectation?.exit).toBe({ terminal: 0, 'not-terminal': 2, 'invariant-broken': 3 }[run.outcome]);
    expect(run.violations).toEqual([]);
    if (read.expectation !== null) expect(findUnmet(read.expectation, run)).toEqual([]);
    const never = run.faults.filter(({ askedFor, count }) => askedFor && count === 0).map(({ fault }) => fault);
    expect(never, 'requested, but never occurred').toEqual([]);
  });

  it.each(names)('%s teaches something at its head', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const [schema = '', ...rest] = text.split('\n');
    expect(schema).toBe('# yaml-language-server: $schema=../../schema/scenario.schema.json');
    expect(rest.filter((line) => line.startsWith('# ')).join(' ').length).toBeGreaterThan(100);
  });
});
