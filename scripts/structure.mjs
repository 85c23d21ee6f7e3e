// @ts-check
// Prints how large the code is, which exported names are declared in several files, and which short files have a single
// importer beside them: candidates for one name, and for one file. `--list` names them, and `--json` prints
// them for a test.
import { readFileSync, readdirSync } from 'node:fs';
import { posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const SHORT_LINES = 60;

/** Here, each gate, fault, command and so on has its own file and a line in a registry, so short files are intended. */
const REGISTRIES =
  /^src\/(control-plane\/gates\/|simulator\/(invariants|faults)\/|(visualize|testing)\/exports\/|cli\/[a-z-]+-command\.ts$)/;

/** Exports of a module's face are public, however few files of the module use them. */
const FACES = /\/(index|node|internal)\.ts$/;

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = read('src');
const tests = read('test');
const repeated = repeatedNames(sources);
const single = singleImporters(sources);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ repeated: repeated.map(([name]) => name), single }));
  process.exit();
}
console.log(`src: ${sources.length} files, ${lines(sources)} lines`);
console.log(`test: ${tests.length} files, ${lines(tests)} lines`);
console.log(`exported names declared in several files: ${repeated.length}`);
if (process.argv.includes('--list'))
  for (const [name, paths] of repeated) console.log(`  ${name}: ${paths.join(', ')}`);
console.log(`files of at most ${SHORT_LINES} lines with one importer, in its folder: ${single.length}`);
if (process.argv.includes('--list')) for (const path of single) console.log(`  ${path}`);

/**
 * @typedef {object} Source
 * @property {string} path from the root of the repository
 * @property {string} text
 */

/**
 * @param {string} folder
 * @returns {readonly Source[]}
 */
function read(folder) {
  return readdirSync(posix.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|mjs)$/.test(name))
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .sort()
    .map((path) => ({ path, text: readFileSync(posix.join(root, path), 'utf8') }));
}

/** @param {readonly Source[]} files */
function lines(files) {
  return files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
}

/**
 * @param {readonly Source[]} files
 * @returns {readonly (readonly [string, readonly string[]])[]}
 */
function repeatedNames(files) {
  /** @type {Map<string, Set<string>>} */
  const declared = new Map();
  for (const { path, text } of files) {
    for (const { entries } of parseSync(path, text).module.staticExports) {
      for (const { moduleRequest, exportName } of entries) {
        if (moduleRequest !== null || exportName.name === null) continue;
        declared.set(exportName.name, (declared.get(exportName.name) ?? new Set()).add(path));
      }
    }
  }
  return [...declared].filter(([, paths]) => paths.size > 1).map(([name, paths]) => [name, [...paths]]);
}

/**
 * @param {readonly Source[]} files
 * @returns {readonly string[]}
 */
function singleImporters(files) {
  /** @type {Map<string, Set<string>>} */
  const importers = new Map();
  for (const { path, text } of files) {
    for (const [, specifier = ''] of text.matchAll(/(?:\bfrom |\bimport\s*\(?\s*)'(\.[^'?]+)/g)) {
      const imported = posix.join(posix.dirname(path), specifier);
      importers.set(imported, (importers.get(imported) ?? new Set()).add(path));
    }
  }
  return files
    .filter(({ path, text }) => {
      const [only, ...others] = importers.get(path) ?? [];
      const isBeside = only !== undefined && posix.dirname(only) === posix.dirname(path) && !FACES.test(only);
      return others.length === 0 && isBeside && !REGISTRIES.test(path) && text.split('\n').length - 1 <= SHORT_LINES;
    })
    .map(({ path }) => path);
}
