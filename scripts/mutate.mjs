// @ts-check
// `npm run mutation` runs this: Stryker on one core module after another, each with its own tests.
// `npm run mutation -- rollout agent` runs only these modules. A module below the minimum score fails, and so does
// a survivor that docs/mutation-testing.md does not explain.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_SCORE = 95;

const root = fileURLToPath(new URL('..', import.meta.url));
/** The rows of the document that some survivor has used. */
const needed = new Set();
const explained = rowsOf(readFileSync(join(root, 'docs', 'mutation-testing.md'), 'utf8'));

/**
 * @typedef {object} Module
 * @property {string} name its folder in `src`, without subfolders
 * @property {readonly string[]} tests folders and files
 * @property {readonly string[]} slow those to run last, in this order
 * @property {true} [onlyNamed] runs only if named: it takes hours, and has no minimum yet
 */

/** @type {readonly Module[]} */
const MODULES = [
  { name: 'machine', tests: ['test/machine'], slow: ['test/machine/host-actor.test.ts'] },
  { name: 'rollout', tests: ['test/rollout', 'test/machine/vectors.test.ts'], slow: [] },
  { name: 'control-plane/gates', tests: ['test/control-plane/gates'], slow: [] },
  {
    name: 'agent',
    tests: ['test/agent'],
    slow: ['test/agent/any-input.test.ts', 'test/agent/faulty-world.test.ts'],
  },
  {
    name: 'control-plane',
    tests: ['test/control-plane'],
    slow: ['event-log', 'planner-oracle'].map((name) => `test/control-plane/${name}.test.ts`),
  },
  ...['', '/conformance', '/coverage', '/exports', '/fixtures', '/subject', '/values'].map(
    /** @returns {Module} */ (folder) => ({
      name: `testing${folder}`,
      tests: ['test/testing'],
      slow: ['adequacy/measure-adequacy', 'conformance/peer-process'].map((name) => `test/testing/${name}.test.ts`),
      onlyNamed: true,
    }),
  ),
];

/** With mutants, tens of thousands of hosts take many seconds; the ports' kits need the built package. */
const LEFT_OUT = new Set(['control-plane.test.ts', 'ports/ports.test.ts']);

/** A file that cannot be loaded has no failing test, so another test checks loading. */
const LOADING = 'test/mutation/loading.test.ts';

/** @param {Module} module */
function testFilesOf({ tests, slow }) {
  const all = [LOADING, ...tests].flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.test.ts') && !LEFT_OUT.has(name))
          .map((name) => `${path}/${name.replaceAll('\\', '/')}`),
  );
  return [...all.filter((file) => !slow.includes(file)), ...slow];
}

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = named.filter((name) => !MODULES.some((module) => module.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no module ${unknown.join(', ')}. The modules are: ${MODULES.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const isWanted = (/** @type {Module} */ { name, onlyNamed }) =>
  named.length === 0 ? onlyNamed !== true : named.includes(name);
const results = MODULES.filter(isWanted).map(mutate);

console.log('\nmodule                score   killed  timeout  survived  no coverage  unexplained');
for (const { name, score, counts, unexplained } of results) {
  const { Killed = 0, Timeout = 0, Survived = 0, NoCoverage = 0 } = counts;
  const numbers = [Killed, Timeout, Survived, NoCoverage, unexplained.length];
  const columns = numbers.map((number, i) => String(number).padStart([9, 9, 10, 13, 13][i] ?? 0));
  console.log(`${name.padEnd(20)}${score.toFixed(1).padStart(5)} %${columns.join('')}`);
}
for (const mutant of results.flatMap(({ unexplained }) => unexplained)) console.log(`Not explained: ${mutant}`);
for (const row of results.flatMap(({ name }) => rowsOfModule(name).filter((row) => !needed.has(row)))) {
  console.log(`Explained, and not found: ${row}`);
}
const failed = results.some(
  ({ score, unexplained, onlyNamed }) => onlyNamed !== true && (score < LEAST_SCORE || unexplained.length > 0),
);
if (failed)
  console.log(`\nEvery module needs ${LEAST_SCORE} %, and every survivor needs a row in docs/mutation-testing.md.`);
process.exitCode = failed ? 1 : 0;

/** @param {Module} module */
function mutate(module) {
  const { name } = module;
  const tests = testFilesOf(module);
  const report = join(root, 'reports', 'mutation', `${name.replaceAll('/', '-')}.json`);
  const shared = join(root, '..', 'shared');
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/@stryker-mutator/core/bin/stryker.js',
      'run',
      '--mutate',
      `src/${name}/*.ts,!src/${name}/index.ts`,
      '--incrementalFile',
      report,
      ...options,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        MUTATED_ROOM: name,
        MUTATED_TESTS: tests.join(','),
        // Stryker works in a copy of the project elsewhere.
        ...(existsSync(shared) ? { NIXFLEET_SHARED: shared } : {}),
      },
    },
  );
  if (status !== 0) throw new Error(`Stryker ended with ${status} at ${name}; what it printed says why.`);
  const results = JSON.parse(readFileSync(report, 'utf8'));
  // Stryker silently skips a test file that does not load in its copy of the project.
  const missing = tests.filter((file) => !Object.hasOwn(results.testFiles, file));
  if (missing.length > 0) throw new Error(`Stryker did not run ${missing.join(', ')}: do they load in its copy?`);
  return { name, onlyNamed: module.onlyNamed, ...read(results) };
}

/**
 * @param {{ files: Record<string, { source: string, mutants: readonly { status: string, replacement: string,
 *   location: { start: { line: number, column: number }, end: { line: number, column: number } } }[] }> }} report
 */
function read(report) {
  /** @type {Record<string, number>} */
  const counts = {};
  const unexplained = [];
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split('\n');
    for (const { status, replacement, location } of mutants) {
      counts[status] = (counts[status] ?? 0) + 1;
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      const { start, end } = location;
      const original = cut(lines, start, end);
      const change = `${oneLine(original)} → ${oneLine(replacement)}`;
      const row = `${file.replace('src/', '')} ${change}`;
      if (explained.has(row)) needed.add(row);
      else unexplained.push(`${file}:${start.line}  ${change}`);
    }
  }
  const { Killed = 0, Timeout = 0, Survived = 0, NoCoverage = 0 } = counts;
  const score = (100 * (Killed + Timeout)) / (Killed + Timeout + Survived + NoCoverage);
  return { counts, score, unexplained };
}

/**
 * The survivors in the tables of the document, each as `file change`.
 *
 * @param {string} document
 */
function rowsOf(document) {
  const rows = document.matchAll(/^\| `(\S+)` +\| `+ ?(.*?) ?`+ +\|$/gm);
  return new Set([...rows].map(([, file, change]) => `${file} ${change}`));
}

/**
 * The rows about a module, without those about its subfolders.
 *
 * @param {string} module
 */
function rowsOfModule(module) {
  return [...explained].filter((row) => posix.dirname(row.slice(0, row.indexOf(' '))) === module);
}

/**
 * @param {readonly string[]} lines
 * @param {{ line: number, column: number }} start
 * @param {{ line: number, column: number }} end
 */
function cut(lines, start, end) {
  const chosen = lines.slice(start.line - 1, end.line);
  const last = chosen.length - 1;
  return chosen
    .map((line, i) => line.slice(i === 0 ? start.column - 1 : 0, i === last ? end.column - 1 : undefined))
    .join('\n');
}

/** @param {string} text */
function oneLine(text) {
  const flat = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|').trim();
  return flat.length > 90 ? `${flat.slice(0, 87)}…` : flat;
}
