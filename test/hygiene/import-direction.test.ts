import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { repositoryRoot } from '../support/repository.ts';
import { face, page, moduleOf, modules, type Module } from '../support/modules.ts';
import { importCycles, readImports, sourceFiles, type SourceFile } from '../support/source-imports.ts';

/** Forbidden imports of a file, each as a sentence. */
function breaches(file: SourceFile): readonly string[] {
  const module = moduleOf(file.path);
  if (module === null) return [`${file.path} is in no module: move it into one, or add the module to modules.ts`];
  const wrongFiles = file.files.filter((path) => !mayImportFile(module, path));
  const wrongPackages = file.packages.filter((specifier) => !mayImportPackage(module, specifier));
  return [...wrongFiles, ...wrongPackages].map(
    (imported) => `${file.path} imports ${imported}, and ${module.name} may not: ${module.why}`,
  );
}

function mayImportFile(module: Module, path: string): boolean {
  // The page starts with an example.
  if (module === page && path.startsWith('examples/')) return true;
  const imported = moduleOf(path);
  return imported !== null && (imported === module || module.modules.includes(imported.name));
}

function mayImportPackage(module: Module, specifier: string): boolean {
  return module.packages.some((name) => isOf(name, specifier));
}

/** Whether an import is of a package in the table. */
function isOf(name: string, specifier: string): boolean {
  return name === 'node:' ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`);
}

/** What is judged. A judge that used it could not see its mistakes. */
const CORES = /^src\/(machine|rollout|agent|control-plane|fleet)\//;

/** The folder directly under `src`. The page is part of `visualize`. */
function folderOf(path: string): string | undefined {
  return path.split('/')[1];
}

/**
 * The public face of a module: `index.ts`, `node.ts` for what needs Node and the page does not load, and `internal.ts`
 * for what only this package uses. Each folder of `runtime` has its own.
 */
const FACES = /^src\/(runtime\/)?[^/]+\/(index|node|internal)\.ts$|^src\/visualize\/web\//;

const isPrivate = (path: string): boolean => path.startsWith('src/') && !FACES.test(path);

describe('the module table', () => {
  test('names only modules that come before, so there are no cycles', () => {
    modules.forEach((module, index) => {
      const before = modules.slice(0, index).map(({ name }) => name);
      expect(before, module.name).toEqual(expect.arrayContaining([...module.modules]));
    });
  });
});

test('ARCHITECTURE.md shows the same table', () => {
  const shown = readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, mayImport] = /^\| `src\/(\S+)` +\|[^|]*\| (.*?) +\|$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, mayImport]];
    });
  const inWords = (specifier: string) =>
    specifier === 'node:' ? 'Node' : specifier.includes(' ') ? specifier : `\`${specifier}\``;
  expect(shown).toEqual(
    modules.map((module) => [
      module.name,
      [...module.modules, ...module.packages.map(inWords)].join(', ') || 'nothing',
    ]),
  );
});

describe('the sources', () => {
  const files = sourceFiles();

  test('are found', () => {
    const found = new Set(files.map(({ path }) => moduleOf(path)?.name));
    expect([...found]).toEqual(expect.arrayContaining([face.name, 'machine', 'rollout', 'control-plane']));
  });

  test('import only what their module may import', () => {
    expect(files.flatMap(breaches)).toEqual([]);
  });

  test('use every permitted import', () => {
    const unused = [...modules, page].flatMap((module) => {
      const own = files.filter(({ path }) => moduleOf(path) === module);
      const imported = own.flatMap((file) => file.files.map((path) => moduleOf(path)?.name));
      const specifiers = own.flatMap((file) => file.packages);
      return [
        ...module.modules.filter((name) => !imported.includes(name)),
        ...module.packages.filter((name) => !specifiers.some((specifier) => isOf(name, specifier))),
      ].map((name) => `${module.name} may import ${name} but does not: remove it from modules.ts and ARCHITECTURE.md`);
    });
    expect(unused).toEqual([]);
  });

  test('import other modules through their faces', () => {
    const past = files.flatMap(({ path, files: imported }) =>
      imported
        .filter((other) => path !== 'src/index.ts' && folderOf(other) !== folderOf(path) && isPrivate(other))
        .map((other) => `${path} imports ${other}, which is private to its module: import its index.ts`),
    );
    expect(past).toEqual([]);
  });

  test('judge the cores with code that shares nothing with them but types', () => {
    const judges = files.filter(({ path }) => path.startsWith('src/simulator/invariants/'));
    expect(judges.length).toBeGreaterThan(20);
    const shared = judges.flatMap(({ path, loaded }) =>
      loaded.filter((other) => CORES.test(other)).map((other) => `${path} imports ${other}, and not only types`),
    );
    expect(shared).toEqual([]);
  });

  test('import only what exists', () => {
    const known = new Set(files.map(({ path }) => path));
    const missing = files.flatMap((file) =>
      file.files.filter((path) => /\.tsx?$/.test(path) && !known.has(path)).map((path) => `${file.path}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test('have no import cycles', () => {
    expect(importCycles(files)).toEqual([]);
  });
});

describe('the check itself', () => {
  const allBreaches = (path: string, text: string) => breaches(readImports(path, text)).length;

  test.each([
    ['a value', `import { a } from '../simulator/a.ts';`],
    ['a type', `import type { A } from '../simulator/a.ts';`],
    ['a re-export', `export * from '../simulator/a.ts';`],
    ['a side effect', `import '../simulator/a.ts';`],
    ['a dynamic import', `const a = await import('../simulator/a.ts');`],
    ['an imported type', `let a: import('../simulator/a.ts').A;`],
    ['a package', `import { a } from 'zod';`],
    ['a part of Node', `import { readFileSync } from 'node:fs';`],
    ['a computed import', 'const a = await import(name);'],
    ['a folder that is no module', `import { a } from '../../test/a.ts';`],
  ])('sees %s', (_name, text) => {
    expect(allBreaches('src/machine/planted.ts', text)).toBe(1);
  });

  test('ignores comments', () => {
    expect(allBreaches('src/machine/planted.ts', `// import('zod')\n/** import { a } from 'zod' */\nexport {};`)).toBe(
      0,
    );
  });

  test('sees a cycle', () => {
    const circle = [
      readImports('src/machine/a.ts', `import { b } from './b.ts';`),
      readImports('src/machine/b.ts', `import { type B, c } from './c.ts';`),
      readImports('src/machine/c.ts', `export * from './a.ts';`),
      readImports('src/machine/d.ts', `import { a } from './a.ts';`),
    ];
    expect(importCycles(circle)).toEqual([['src/machine/a.ts', 'src/machine/b.ts', 'src/machine/c.ts']]);
  });

  test('allows a cycle of types', () => {
    const circle = [
      readImports('src/machine/a.ts', `import { b } from './b.ts';`),
      readImports('src/machine/b.ts', `import type { A } from './a.ts'; export type { C } from './a.ts';`),
    ];
    expect(importCycles(circle)).toEqual([]);
  });

  test('treats the page as a separate module', () => {
    expect(moduleOf('src/visualize/web/main.tsx')).toBe(page);
  });
});
