import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostStates } from '../../../src/machine/host-states.ts';
import {
  generateRolloutPaths,
  generateSuite,
  healthFailurePolicies,
  recordIn,
  rolloutCriteria,
  vitestFile,
  type SuiteOptions,
  type TestGroup,
} from '../../../src/testing/index.ts';
import { repositoryRoot } from '../../support/repository.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'generated-')));
afterAll(() => rmSync(folder, { recursive: true }));

const groupsOf = (options: SuiteOptions): readonly TestGroup[] =>
  [...generateSuite(options)].map(({ criterion, side, onHealthFailure, paths }) => ({
    title: `${criterion} of the ${side}`,
    policy: { onHealthFailure },
    paths,
  }));

const full = (name: 'allTransitions' | 'guardOutcomes') => ({ criteria: [{ kind: 'full', name }] }) as const;
const random = { criteria: [{ kind: 'random', name: 'transitionPairs', percent: 60 }] } as const;

/**
 * Transforming so much code takes long, so one policy represents both for the longest criteria, except with NIGHTLY=1.
 */
const policies = process.env['NIGHTLY'] === '1' ? healthFailurePolicies : (['halt'] as const);

/** The output of `paths --format vitest`, by file name. */
const files: Readonly<Record<string, readonly TestGroup[]>> = {
  'all-transitions': groupsOf(full('allTransitions')),
  'guard-outcomes': groupsOf({ ...full('guardOutcomes'), policies }),
  random: groupsOf(random),
  starts: hostStates.flatMap((state) => groupsOf({ ...full('allTransitions'), policies, start: recordIn(state) })),
  rollout: rolloutCriteria.map((name) => ({ title: name, policy: null, paths: generateRolloutPaths(name) })),
};

/** Stands in for vitest: a test runs where it is declared. `test/docs/qa-guide.test.ts` runs one in vitest itself. */
const RUNNER = `export { expect } from 'vitest';
export const counted = { tests: 0 };
export const describe = (_, declare) => declare();
export const it = (_, body) => {
  body();
  counted.tests += 1;
};
`;

interface Runner {
  readonly counted: { readonly tests: number };
}

describe('a generated vitest file', () => {
  // Refusals after the last accepted event were once run against the record before it.
  it.each(Object.entries(files))('passes on our own reducer: %s', async (name, groups) => {
    const runner = join(folder, `${name}.runner.mjs`);
    writeFileSync(runner, RUNNER);
    const file = join(folder, `${name}.test.ts`);
    const source = vitestFile(groups)
      .replace("from 'vitest'", () => `from ${JSON.stringify(runner)}`)
      .replace("from 'nixfleet-statechart'", () => `from ${JSON.stringify(join(repositoryRoot, 'src/index.ts'))}`);
    writeFileSync(file, source);
    await import(file);
    // Safe: the file has already loaded this module from this path.
    const { counted } = (await import(runner)) as Runner;
    expect(counted.tests).toBe(groups.reduce((sum, { paths }) => sum + paths.length, 0));
  });
});
