// @ts-check
// What `npm test` runs: the static checks, then every test with coverage. Both run whatever the first comes to.
// The last line counts checks and tests together: `N passed, N failed`, and `, N skipped` where some were.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { childCpuSeconds, runChecks } from './check.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'reports', 'tests.json');

console.log('Checks');
const checks = await runChecks();

console.log('\nTests');
const cpuOfChecks = childCpuSeconds();
const tests = runTests();

const failed = checks.failed + tests.failed;
const skipped = tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`;
if (cpuOfChecks !== null) {
  const cpuOfTests = (childCpuSeconds() ?? 0) - cpuOfChecks;
  console.log(`\nCPU seconds: ${cpuOfChecks.toFixed(0)} for the checks, ${cpuOfTests.toFixed(0)} for the tests.`);
}
console.log(`\nChecks: ${checks.passed} passed, ${checks.failed} failed. ${tests.summary}\n`);
console.log(`${checks.passed + tests.passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;

function runTests() {
  rmSync(results, { force: true });
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--coverage', '--reporter=default', '--reporter=json'];
  const { status } = spawnSync(process.execPath, [...args, `--outputFile.json=${results}`], {
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
  // A file that could not be loaded has no failed test in it, and is a failure all the same.
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failedTests = report.numFailedTests + unloaded.length;
  // All tests passed and the run failed: too little coverage, or an error outside any test.
  const failedRun = failedTests === 0 && status !== 0 ? 1 : 0;
  const reason = failedRun === 1 ? ' The run failed apart from its tests: coverage or an error, told above.' : '';
  return {
    passed: report.numPassedTests,
    failed: failedTests + failedRun,
    skipped: report.numPendingTests + report.numTodoTests,
    summary: `Tests: ${report.numPassedTests} passed, ${failedTests} failed.${reason}`,
  };
}

function nothingCounted() {
  return { passed: 0, failed: 1, skipped: 0, summary: 'Tests: the test runner ended without a report.' };
}
