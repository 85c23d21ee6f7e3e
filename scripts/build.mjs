// @ts-check
// Builds the package in dist: declarations with tsc, modules and page with Vite. Leftovers of an earlier build are removed
// at the end, so that the package is never missing during a build.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

// With the NODE_ENV of a test runner, React would be built for development.
process.env['NODE_ENV'] = 'production';

// Writes declarations, and leaves type errors to `npm run check`. Only the elements use the types of a browser.
const compiled = ['tsconfig.build.json', 'src/visualize/web/elements/tsconfig.json'].map(
  (project) =>
    spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '--noCheck', '--singleThreaded', '-p', project],
      // TypeScript is written in Go, which collects garbage far more often than a short run needs.
      { cwd: root, stdio: 'inherit', env: { GOGC: '400', ...process.env } },
    ).status,
);
const built = [
  ...(await bundle('vite.package.config.ts')),
  ...(await bundle('vite.page.config.ts')).map((file) => `visualize/page/${file}`),
  ...(await bundle('vite.elements.config.ts')).map((file) => `visualize/elements/${file}`),
  ...publicDeclarations(),
];
removeAllBut(new Set(built));
chmodSync(join(dist, 'cli', 'main.js'), 0o755);
process.exitCode = compiled.every((status) => status === 0) ? 0 : 1;

/**
 * Runs one build of Vite.
 *
 * @param {string} configFile
 * @returns {Promise<string[]>} the files it wrote, from its output folder
 */
async function bundle(configFile) {
  const result = await build({ configFile: join(root, configFile), logLevel: 'warn' });
  // For a library, Vite returns a list of builds, here of one.
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !('output' in first)) throw new Error(`${configFile}: expected one build that ends.`);
  return first.output.map(({ fileName }) => fileName);
}

/** The declarations reachable from the entry points of the package, as paths in `dist`. Nobody can import the others. */
function publicDeclarations() {
  /** @type {{ exports: Record<string, string | { types: string }> }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]));
  const found = new Set(entries.map((path) => path.replace('./dist/', '')));
  for (const path of found) {
    const text = readFileSync(join(dist, path), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/\b(?:from |import\()['"](\.[^'"]+)\.[jt]s['"]/g)) {
      found.add(`${posix.join(posix.dirname(path), specifier)}.d.ts`);
    }
  }
  return [...found];
}

/** @param {ReadonlySet<string>} wanted */
function removeAllBut(wanted) {
  for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort().reverse()) {
    const path = join(dist, entry);
    const isEmptyFolder = statSync(path).isDirectory() && readdirSync(path).length === 0;
    const isStale = statSync(path).isFile() && !wanted.has(entry.split(sep).join('/'));
    if (isEmptyFolder || isStale) rmSync(path, { recursive: true });
  }
}
