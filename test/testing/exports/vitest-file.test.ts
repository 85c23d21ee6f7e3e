import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostStates } from '../../../src/machine/host-states.ts';
import {
  generateRolloutPaths,
  generateSuite,
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

/** What `paths --format vitest` writes, by the name of the file. */
const files: Readonly<Record<string, readonly TestGroup[]>> = {
  'all-transitions': groupsOf(full('allTransitions')),
  'guard-outcomes': groupsOf(full('guardOutcomes')),
  random: groupsOf(random),
  starts: hostStates.flatMap((state) => groupsOf({ ...full('allTransitions'), start: recordIn(state) })),
  rollout: rolloutCriteria.map((name) => ({ title: name, policy: null, paths: generateRolloutPaths(name) })),
};

interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly message: string; readonly assertionResults: readonly object[] }[];
}

describe('a generated vitest file', () => {
  // Refusals after the last accepted event once ran against the record before it.
  it('passes on our own reducer, run by vitest itself', { timeout: 120_000 }, () => {
    const config = {
      resolve: {
        alias: {
          'nixfleet-statechart': join(repositoryRoot, 'src/index.ts'),
          vitest: join(repositoryRoot, 'node_modules/vitest'),
        },
      },
      server: { fs: { strict: false } },
      test: { pool: 'threads', maxWorkers: 1, isolate: false, include: ['**/*.test.ts'] },
    };
    writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};\n`);
    for (const [name, groups] of Object.entries(files)) {
      writeFileSync(join(folder, `${name}.test.ts`), vitestFile(groups));
    }
    const output = join(folder, 'report.json');
    const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
    const run = spawnSync(
      process.execPath,
      [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', output],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, VITEST: undefined, NODE_ENV: 'test' } },
    );
    expect(run.status, run.stderr + run.stdout).toBe(0);
    const report = JSON.parse(readFileSync(output, 'utf8')) as VitestReport;
    const count = Object.values(files)
      .flat()
      .reduce((sum, { paths }) => sum + paths.length, 0);
    expect(report).toMatchObject({ success: true, numPassedTests: count });
  });
});
