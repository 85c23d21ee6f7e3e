import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { filesBelow, readText, repositoryRoot } from '../support/repository.ts';
import { readImports } from '../support/source-imports.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

const manifest = JSON.parse(readText('package.json')) as Manifest;

/** What `npm publish` would send, as paths in the package. */
function packedFiles(): readonly string[] {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  // Depending on its version, npm reports a list or an object by package name.
  const report = JSON.parse(printed) as Record<string, { readonly files: readonly { readonly path: string }[] }>;
  return Object.values(report).flatMap(({ files }) => files.map(({ path }) => path));
}

const packed = packedFiles();

/** The packages that the declarations of an entry point name, including its own files. */
function namedPackages(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  const path = entry.replace(/(\.d)?\.ts$/, '.d.ts');
  if (seen.has(path)) return new Set();
  seen.add(path);
  const { files, packages } = readImports(path, readText(path));
  return new Set([...packages, ...files.flatMap((file) => [...namedPackages(file, seen)])]);
}

test("only the runtimes need Node's types", () => {
  const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
    typeof entry === 'string' || /^\.\/(runtime|elements)\b/.test(name) ? [] : [entry.types.replace('./', '')],
  );
  const named = entries.flatMap((entry) => [...namedPackages(entry)].map((name) => ({ entry, name })));
  expect(named.filter(({ name }) => name !== 'xstate')).toEqual([]);
  expect(namedPackages('dist/runtime/control-plane/index.d.ts')).toContain('node:http');
});

test('every entry point and command is built and packed', () => {
  const entries = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : [entry.types, entry.default],
  );
  const wanted = [...entries, ...Object.values(manifest.bin)].map((path) => path.replace(/^\.\//, ''));
  expect(wanted.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
  expect(wanted.filter((path) => !packed.includes(path))).toEqual([]);
});

test('README, licence and changelog are packed', () => {
  const wanted = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'LICENSE', 'CHANGELOG.md', 'package.json'];
  expect(wanted.filter((path) => !packed.includes(path))).toEqual([]);
});

test('sources, tests and tools are not packed', () => {
  const wanted =
    /^(dist|docs|examples|schema)\/|^(package\.json|(README|ARCHITECTURE|CONTRIBUTING|CHANGELOG)\.md|LICENSE)$/;
  expect(packed.filter((path) => !wanted.test(path))).toEqual([]);
});

test('the package depends only on xstate', () => {
  const required = Object.keys(manifest.peerDependencies).filter(
    (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
  );
  expect(required).toEqual(['xstate']);
  expect(Object.keys(manifest)).not.toContain('dependencies');
  const imported = filesBelow('dist', /\.(d\.ts|js)$/).flatMap((path) => readImports(path, readText(path)).packages);
  const outside = new Set(imported.filter((specifier) => !/^(node:.+|xstate|xstate\/graph)$/.test(specifier)));
  // The adapter of another implementation is imported from the path that its user gives; libsql only to open a
  // database.
  expect([...outside].filter((name) => name !== 'libsql')).toEqual(['a computed import']);
});

test("the package's types need only those of xstate", () => {
  const declarations = filesBelow('dist', /\.d\.ts$/);
  const foreign = declarations.flatMap((path) => {
    const { packages } = readImports(path, readText(path));
    // A program for Node has Node's types.
    const isRuntime = path.startsWith('dist/runtime/');
    const isForeign = (name: string): boolean => name !== 'xstate' && !(isRuntime && name.startsWith('node:'));
    return packages.filter(isForeign).map((name) => `${path} imports ${name}`);
  });
  expect(foreign).toEqual([]);
  expect(declarations.filter((path) => readText(path).includes('<reference'))).toEqual([]);
});

test('the licences of bundled packages are packed', () => {
  for (const [path, names] of [
    ['dist/THIRD-PARTY-LICENSES.md', ['commander', 'pure-rand', 'yaml', 'zod']],
    ['dist/visualize/page/THIRD-PARTY-LICENSES.md', ['react', 'react-dom', 'xstate']],
    ['dist/visualize/elements/THIRD-PARTY-LICENSES.md', ['xstate', 'zod']],
  ] as const) {
    const text = readText(path);
    expect(names.filter((name) => !text.includes(`## ${name} - `))).toEqual([]);
    expect(packed).toContain(path);
  }
});

test('the page is a production build, and under 600 KB compressed', () => {
  const page = readText('dist/visualize/page/index.html');
  // Only React's development build has this name, and another NODE_ENV would build that.
  expect(page).not.toContain('jsxDEV');
  expect(gzipSync(page).length).toBeLessThan(600 * 1024);
});

test('both elements together are under 200 KB compressed, and load without a browser', async () => {
  const path = 'dist/visualize/elements/index.js';
  expect(gzipSync(readText(path)).length).toBeLessThan(200 * 1024);
  // Like a page rendered on a server.
  const { defineElements } = (await import(join(repositoryRoot, path))) as { readonly defineElements: unknown };
  expect(typeof defineElements).toBe('function');
});
