// @ts-check
// Runs every static check, even after one has failed, to show all problems at once.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Browser code is checked separately, because the rest must not use anything that only a browser has. */
const BROWSER_PROGRAMS = ['src/visualize/web/tsconfig.json', 'test/browser/tsconfig.json'];

/** A tool that hangs fails its check instead of hanging the test run. Long, because a busy machine is slow. */
const CHECK_LIMIT_MS = 15 * 60 * 1000;

/** USER_HZ, on every architecture that Node runs on. */
const CLOCK_TICKS_PER_SECOND = 100;

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} remedy What to do when it fails.
 */

/**
 * The checks, in two sequences that run side by side: those that need the built package, and the rest.
 *
 * @param {string} scratch a folder for the packed package
 * @returns {readonly (readonly Check[])[]}
 */
function allChecks(scratch) {
  const tarball = join(scratch, tarballName());
  const pack = ['pack', '--ignore-scripts', '--loglevel=error', `--pack-destination=${scratch}`];
  const inBrowser = BROWSER_PROGRAMS.map((project) =>
    types(`types of ${dirname(project)}`, ['-p', project], 'make it type-check'),
  );
  return [
    [
      { name: 'build', command: process.execPath, args: ['scripts/build.mjs'], remedy: 'make src compile' },
      { name: 'pack', command: 'npm', args: pack, remedy: 'correct package.json' },
      tool('package', 'publint', 'publint', ['run', tarball, '--strict'], 'correct package.json'),
      tool(
        'types of the package',
        '@arethetypeswrong/cli',
        'attw',
        [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'],
        'correct "exports" in package.json',
      ),
      ...inBrowser,
    ],
    [
      types('types', [], 'make src, test, bench and scripts type-check'),
      tool('format', 'oxfmt', 'oxfmt', ['--check', '.'], 'npm run format'),
      tool('lint', 'oxlint', 'oxlint', ['--type-aware', '--deny-warnings', '.'], 'correct the places named above'),
      tool('dead code', 'knip', 'knip', ['--no-progress'], 'remove what nothing uses'),
    ],
  ];
}

/**
 * A type check in one thread: several would each check what they share, and checks already run side by side.
 *
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} remedy
 */
function types(name, args, remedy) {
  return tool(name, 'typescript', 'tsc', ['--noEmit', '--singleThreaded', ...args], remedy);
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
 * The CPU seconds of all ended child processes. Unlike elapsed time, they are much the same on a busy machine. Only Linux
 * reports them; `null` elsewhere.
 *
 * @returns {number | null}
 */
export function childCpuSeconds() {
  if (process.platform !== 'linux') return null;
  // proc(5): the name of the command, in parentheses, may contain spaces. After it, cutime and cstime are fields 14 and 15.
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS_PER_SECOND;
}

/** The CPU seconds when the last check ended: a child counts only once it has ended. */
let spentCpuSeconds = childCpuSeconds();

/** @returns {string} such as `, 6.1 CPU s`, for the child that has just ended */
function cpuOfLastChild() {
  const before = spentCpuSeconds;
  spentCpuSeconds = childCpuSeconds();
  return before === null || spentCpuSeconds === null ? '' : `, ${(spentCpuSeconds - before).toFixed(1)} CPU s`;
}

/**
 * Runs one check and reports the result: one line if it passed, its whole output if it failed.
 *
 * @param {Check} check
 * @returns {Promise<boolean>} whether it passed
 */
async function passes(check) {
  const start = performance.now();
  const { failure, output, cpu } = await ended(check);
  const cost = `${((performance.now() - start) / 1000).toFixed(1)} s${cpu}`;
  if (failure === null) {
    console.log(`pass  ${check.name} (${cost})`);
    return true;
  }
  console.log(`FAIL  ${check.name} (${cost})`);
  console.log(`${output}\n${failure}`.trim().replace(/^/gm, '      '));
  console.log(`      What to do: ${check.remedy}.`);
  return false;
}

/**
 * @param {Check} check
 * @returns {Promise<{ failure: string | null, output: string, cpu: string }>}
 */
function ended({ command, args }) {
  const child = spawn(command, args, {
    cwd: root,
    timeout: CHECK_LIMIT_MS,
    shell: process.platform === 'win32' && command === 'npm',
    // TypeScript and the linter are written in Go. Their threads check much of the same code, and collect garbage far more
    // often than a short run needs.
    env: { GOGC: '400', GOMAXPROCS: '1', ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => (output += text));
  }
  let cpu = '';
  child.on('exit', () => (cpu = cpuOfLastChild()));
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ failure: message, output, cpu }));
    child.on('close', (status, signal) => {
      const failure = signal === null ? `It ended with ${status}.` : `It was ended by ${signal}.`;
      resolve({ failure: status === 0 ? null : failure, output, cpu });
    });
  });
}

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks() {
  const scratch = mkdtempSync(join(tmpdir(), 'nixfleet-statechart-'));
  try {
    const results = await Promise.all(allChecks(scratch).map(allPassed));
    const passed = results.flat().filter(Boolean).length;
    return { passed, failed: results.flat().length - passed };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Runs checks in sequence, even after one has failed.
 *
 * @param {readonly Check[]} checks
 */
async function allPassed(checks) {
  /** @type {boolean[]} */
  const results = [];
  for (const check of checks) results.push(await passes(check));
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await runChecks();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
