// @ts-check
// `npm test` runs this: the static checks, the tests that must cover their modules in full, and all other tests. Each
// part runs even if an earlier one failed.
// The last line counts checks and tests together: `N passed, N failed`, and `, N skipped` where some were.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { childCpuSeconds, runChecks } from './check.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The tests that alone cover the modules listed in `vitest.config.ts`. */
const COVERING = ['test/control-plane', 'test/machine', 'test/rollout'];
/** `npm run test:browsers` runs them: not every machine has Firefox and WebKit. */
const NOT_RUN = ['test/other-browsers'];
const OTHERS = readdirSync(join(root, 'test'))
  .map((folder) => `test/${folder}`)
  .filter((folder) => !COVERING.includes(folder) && !NOT_RUN.includes(folder));

console.log('Checks');
const checks = await runChecks();

console.log('\nTests');
const cpuOfChecks = childCpuSeconds();
const covering = runTests('covering', ['--coverage', ...COVERING]);
const others = runTests('others', OTHERS);

const total = {
  passed: checks.passed + covering.passed + others.passed,
  failed: checks.failed + covering.failed + others.failed,
  skipped: covering.skipped + others.skipped,
};
if (cpuOfChecks !== null) {
  const cpuOfTests = (childCpuSeconds() ?? 0) - cpuOfChecks;
  console.log(`\nCPU seconds: ${cpuOfChecks.toFixed(0)} for the checks, ${cpuOfTests.toFixed(0)} for the tests.`);
}
console.log(`\nChecks: ${checks.passed} passed, ${checks.failed} failed.`);
console.log(`Covering tests: ${covering.summary}\nOther tests: ${others.summary}\n`);
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {string} name of the report
 * @param {readonly string[]} args for Vitest
 */
function runTests(name, args) {
  const results = join(root, 'reports', `${name}.json`);
  rmSync(results, { force: true });
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'];
  const { status } = spawnSync(process.execPath, [...vitest, `--outputFile.json=${results}`, ...args], {
    cwd: root,
    stdio: 'inherit',
    // The checks have just built the package.
    env: { ...process.env, NIXFLEET_BUILT: '1' },
  });
  return existsSync(results) ? counted(JSON.parse(readFileSync(results, 'utf8')), status) : nothingCounted();
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly unknown[] }[] }} report
 * @param {number | null} status
 */
function counted(report, status) {
  // A file that could not be loaded has no failed test, but is still a failure.
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failedTests = report.numFailedTests + unloaded.length;
  // All tests passed but the run failed: too little coverage, or an error outside the tests.
  const failedRun = failedTests === 0 && status !== 0 ? 1 : 0;
  const reason = failedRun === 1 ? ' The run failed apart from its tests: coverage or an error, see above.' : '';
  return {
    passed: report.numPassedTests,
    failed: failedTests + failedRun,
    skipped: report.numPendingTests + report.numTodoTests,
    summary: `${report.numPassedTests} passed, ${failedTests} failed.${reason}`,
  };
}

function nothingCounted() {
  return { passed: 0, failed: 1, skipped: 0, summary: 'the test runner ended without a report.' };
}
