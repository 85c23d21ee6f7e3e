import { describe, expect, it } from 'vitest';
import { adequacyText, bugKinds, measureAdequacy, plantedBugs } from '../../../src/testing/index.ts';

const isNight = process.env['NIGHTLY'] === '1';

describe('planted bugs', () => {
  it('are more than 300, of every kind, with unique names', () => {
    expect(plantedBugs.length).toBeGreaterThan(300);
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
    expect(new Set(plantedBugs.map(({ kind }) => kind))).toEqual(new Set(bugKinds));
  });

  it('are all caught by the default run, and most by the 1,000 most revealing questions', { timeout: 120_000 }, () => {
    const report = measureAdequacy(plantedBugs, isNight ? undefined : ['quick', 'default']);
    const of = (name: string) => report.suites.find((suite) => suite.name === name);
    expect(report.bugs.filter(({ caughtAfter }) => caughtAfter.default === undefined)).toEqual([]);
    expect(of('quick')?.questions).toBe(1_000);
    expect((of('quick')?.caught ?? 0) / plantedBugs.length).toBeGreaterThan(0.94);
    expect(adequacyText(report)).toMatch(/^ {2}quick +1000 questions +\d+ of \d+ bugs$/m);
  });
});
