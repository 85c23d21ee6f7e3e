import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleetScenario } from '../../src/simulator/fleet-scenario.ts';
import { simulate } from '../../src/simulator/index.ts';
import { hasSharedFile, sharedFile } from '../support/shared-folder.ts';
import { builtFleet } from './built-fleets.ts';
import { expectHelpful, fleetOf, problemsOf, rolloutOf } from './expect-fleet.ts';

const WEEK_MS = 7 * 86_400_000;

function rollOut(json: unknown) {
  const made = fleetScenario(fleetOf(json), { ref: null, closures: new Map(), newClosures: false });
  if (!made.ok) expect.fail(JSON.stringify(made.problems));
  return simulate({ ...made.scenario, untilMs: WEEK_MS });
}

test('every file that the builder can make is read, and rolls out unless a warning says why not', () => {
  fc.assert(
    fc.property(builtFleet, (json) => {
      const problems = problemsOf(json);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expectHelpful(problems);
      const isDeadlocked = problems.some(({ path }) => path.startsWith('$.edges') || path.startsWith('$.channelEdges'));
      const { outcome, holds, violations } = rollOut(json);
      const isUnstaged = holds.some(({ blocker }) => blocker.heldBy === 'wave-promotion-host-unstaged');
      expect(violations).toEqual([]);
      if (isUnstaged) expect(problems.map(({ message }) => message).join()).toContain('so it is never dispatched');
      expect(outcome).toBe(isDeadlocked || isUnstaged ? 'not-terminal' : 'terminal');
    }),
    { numRuns: process.env['NIGHTLY'] === '1' ? 2_000 : 30 },
  );
});

describe.skipIf(!hasSharedFile('cases'))('files that were refused (skipped without the shared folder)', () => {
  const read = (name: string) => readFileSync(sharedFile(`cases/${name}`), 'utf8');

  test('waves that name hosts of other channels are read without a word', () => {
    const text = read('demo-as-built.json');
    expect(problemsOf(text)).toEqual([]);
    expect(rolloutOf(fleetOf(text), 'stable').waves).toEqual([{ hosts: ['web-01'], soakMinutes: 0 }]);
    expect(rollOut(text).outcome).toBe('terminal');
  });

  test('a host in several waves is in the first of them', () => {
    const text = read('canary-then-non-critical-then-all.json');
    expect(problemsOf(text)).toEqual([]);
    expect(rolloutOf(fleetOf(text), 'stable').waves.map(({ hosts }) => hosts)).toEqual([['c1'], ['w1', 'w2'], ['db']]);
    expect(rollOut(text).outcome).toBe('terminal');
  });

  test('a budget that selects by `not` alone is reported as selecting no host, and why', () => {
    const text = read('budget-with-not.json');
    expect(problemsOf(text)).toMatchObject([
      {
        severity: 'warning',
        path: '$.disruptionBudgets[0].selector',
        message:
          'a control plane does not read "not" of a budget\'s selector, so the budget selects no host and limits nothing',
      },
    ]);
    expect(rollOut(text).outcome).toBe('terminal');
  });
});
