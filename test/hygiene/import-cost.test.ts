import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { repositoryRoot } from '../support/repository.ts';
import { face, moduleOf, modules, type Module } from '../support/modules.ts';

/** What importing an entry point loads: modules of the package, and other packages. */
function loadedBy(entry: string): { readonly modules: readonly string[]; readonly outside: readonly string[] } {
  const printed = execFileSync(process.execPath, ['test/support/loaded-modules.mjs', entry], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  const urls = JSON.parse(printed) as readonly string[];
  const dist = new URL('dist/', pathToFileURL(repositoryRoot)).href;
  const sources = urls.filter((url) => url.startsWith(dist)).flatMap((url) => bundledIn(fileURLToPath(url)));
  const modules = sources.map((path) => moduleOf(path)?.name).filter((name) => name !== undefined);
  const outside = [
    ...urls.filter((url) => !url.startsWith(dist)),
    ...sources.filter((path) => moduleOf(path) === null),
  ];
  return { modules: unique(modules), outside: unique(outside.map(packageOf)) };
}

/** The sources of a bundled file, each named by a comment with its path from the root of the repository. */
function bundledIn(file: string): readonly string[] {
  const comments = readFileSync(file, 'utf8').matchAll(/^\/\/ ((?:src|node_modules)\/\S+)$/gm);
  return [...comments].map(([, path = '']) => path);
}

function packageOf(path: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** What a module may load, directly and indirectly. */
function allowedWith(module: Module): { readonly modules: readonly string[]; readonly outside: readonly string[] } {
  const below = modules.filter(({ name }) => module.modules.includes(name));
  return {
    modules: [module.name, ...below.map(({ name }) => name)],
    outside: [module, ...below].flatMap(({ packages }) => packages),
  };
}

test('importing the package loads only xstate', () => {
  const loaded = loadedBy('nixfleet-statechart');
  expect(loaded.outside).toEqual(['xstate']);
  expect(loaded.modules).toEqual(face.modules);
});

test.each(modules.filter(({ pure, name }) => pure && !['text', 'machine', 'rollout'].includes(name)))(
  'importing the entry point of $name loads only what its module may import',
  (module) => {
    const loaded = loadedBy(`nixfleet-statechart/${module.name}`);
    const allowed = allowedWith(module);
    expect(allowed.modules).toEqual(expect.arrayContaining([...loaded.modules]));
    expect(allowed.outside).toEqual(expect.arrayContaining([...loaded.outside]));
  },
);
