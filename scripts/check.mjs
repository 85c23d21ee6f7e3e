// @ts-check
// Runs every static check, also after one has failed, so that all problems are seen at once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What runs in a browser is apart from the rest, which must not name anything that only a browser has. */
const BROWSER_PROGRAMS = ['src/visualize/web/tsconfig.json', 'test/browser/tsconfig.json'];

/** A tool that hangs is a failed check, not a test run without an end. */
const CHECK_LIMIT_MS = 2 * 60 * 1000;

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} remedy What to do when it fails.
 */

/**
 * The checks, in the order in which they run: the package is packed from what the build left.
 *
 * @param {string} scratch a folder for the packed package
 * @returns {readonly Check[]}
 */
function allChecks(scratch) {
  const tarball = join(scratch, tarballName());
  const pack = ['pack', '--ignore-scripts', '--loglevel=error', `--pack-destination=${scratch}`];
  const inBrowser = BROWSER_PROGRAMS.map((project) =>
    tool(`types of ${dirname(project)}`, 'typescript', 'tsc', ['--noEmit', '-p', project], 'make it type-check'),
  );
  return [
    { name: 'build', command: process.execPath, args: ['scripts/build.mjs'], remedy: 'make src compile' },
    tool('types', 'typescript', 'tsc', ['--noEmit'], 'make src, test, bench and scripts type-check'),
    ...inBrowser,
    tool('format', 'oxfmt', 'oxfmt', ['--check', '.'], 'npm run format'),
    tool('lint', 'oxlint', 'oxlint', ['--type-aware', '--deny-warnings', '.'], 'correct the places named above'),
    tool('dead code', 'knip', 'knip', ['--no-progress'], 'remove what nothing uses'),
    { name: 'pack', command: 'npm', args: pack, remedy: 'correct package.json' },
    tool('package', 'publint', 'publint', ['run', tarball, '--strict'], 'correct package.json'),
    tool(
      'types of the package',
      '@arethetypeswrong/cli',
      'attw',
      [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'],
      'correct "exports" in package.json',
    ),
  ];
}

/**
 * A check by an installed tool, started through its script so that it runs the same way on every system.
 *
 * @param {string} name
 * @param {string} packageName
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} remedy
 * @returns {Check}
 */
function tool(name, packageName, command, args, remedy) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const script = join(folder, typeof bin === 'string' ? bin : bin[command]);
  return { name, command: process.execPath, args: [script, ...args], remedy };
}

function tarballName() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `${name}-${version}.tgz`;
}

/**
 * Runs one check and tells how it went: one line when it passed, all that it printed when it failed.
 *
 * @param {Check} check
 * @returns {boolean} whether it passed
 */
function passes(check) {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(check.command, check.args, {
    cwd: root,
    encoding: 'utf8',
    timeout: CHECK_LIMIT_MS,
    shell: process.platform === 'win32' && check.command === 'npm',
    env: { ...process.env, NO_COLOR: '1' },
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (status === 0) {
    console.log(`pass  ${check.name} (${seconds} s)`);
    return true;
  }
  console.log(`FAIL  ${check.name} (${seconds} s)`);
  const report = [stdout, stderr, error?.message].filter((text) => text !== undefined && text !== '').join('\n');
  console.log(report.trimEnd().replace(/^/gm, '      '));
  console.log(`      What to do: ${check.remedy}.`);
  return false;
}

/** @returns {{ passed: number, failed: number }} */
export function runChecks() {
  const scratch = mkdtempSync(join(tmpdir(), 'nixfleet-statechart-'));
  try {
    const results = allChecks(scratch).map(passes);
    const passed = results.filter(Boolean).length;
    return { passed, failed: results.length - passed };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = runChecks();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
