import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { repositoryRoot } from '../support/repository.ts';
import { face, page, roomOf, rooms, type Room } from '../support/rooms.ts';
import { importCycles, readImports, sourceFiles, type SourceFile } from '../support/source-imports.ts';

/** What a file imports and its room may not, each as a sentence. */
function breaches(file: SourceFile): readonly string[] {
  const room = roomOf(file.path);
  if (room === null) return [`${file.path} lies in no room: move it into one, or give the room a line in rooms.ts`];
  const wrongFiles = file.files.filter((path) => !mayImportFile(room, path));
  const wrongPackages = file.packages.filter((specifier) => !mayImportPackage(room, specifier));
  return [...wrongFiles, ...wrongPackages].map(
    (imported) => `${file.path} imports ${imported}, and ${room.name} may not: ${room.why}`,
  );
}

function mayImportFile(room: Room, path: string): boolean {
  const imported = roomOf(path);
  return imported !== null && (imported === room || room.rooms.includes(imported.name));
}

function mayImportPackage(room: Room, specifier: string): boolean {
  return room.packages.some((name) => isOf(name, specifier));
}

/** Whether an import is of a package in the table. */
function isOf(name: string, specifier: string): boolean {
  return name === 'node:' ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`);
}

/** The folder directly under `src`: the page is part of `visualize`. */
function moduleOf(path: string): string | undefined {
  return path.split('/')[1];
}

/** Rooms that still reach past the face of another. This list only gets shorter. */
const PAST_THE_FACE: ReadonlySet<string> = new Set([
  'agent > machine',
  'cli > machine',
  'cli > simulator',
  'cli > testing',
  'control-plane > fleet',
  'control-plane > machine',
  'control-plane > rollout',
  'simulator > fleet',
  'simulator > machine',
  'testing > machine',
  'visualize > machine',
  'visualize > rollout',
  'visualize > simulator',
  'visualize > testing',
  'visualize/web > machine',
  'visualize/web > simulator',
  'visualize/web > testing',
]);

describe('the room table', () => {
  test('names only rooms that come before, so that there is no way round', () => {
    rooms.forEach((room, index) => {
      const before = rooms.slice(0, index).map(({ name }) => name);
      expect(before, room.name).toEqual(expect.arrayContaining([...room.rooms]));
    });
  });
});

test('ARCHITECTURE.md shows the table as it is', () => {
  const shown = readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, mayImport] = /^\| `src\/(\S+)` +\|[^|]*\| (.*?) +\|$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, mayImport]];
    });
  const inWords = (specifier: string) =>
    specifier === 'node:' ? 'Node' : specifier.includes(' ') ? specifier : `\`${specifier}\``;
  expect(shown).toEqual(
    rooms.map((room) => [room.name, [...room.rooms, ...room.packages.map(inWords)].join(', ') || 'nothing']),
  );
});

describe('the sources', () => {
  const files = sourceFiles();

  test('are found', () => {
    const found = new Set(files.map(({ path }) => roomOf(path)?.name));
    expect([...found]).toEqual(expect.arrayContaining([face.name, 'machine', 'rollout', 'control-plane']));
  });

  test('import only what their room may', () => {
    expect(files.flatMap(breaches)).toEqual([]);
  });

  test('use every import that their room may', () => {
    const unused = [...rooms, page].flatMap((room) => {
      const own = files.filter(({ path }) => roomOf(path) === room);
      const imported = own.flatMap((file) => file.files.map((path) => roomOf(path)?.name));
      const specifiers = own.flatMap((file) => file.packages);
      return [
        ...room.rooms.filter((name) => !imported.includes(name)),
        ...room.packages.filter((name) => !specifiers.some((specifier) => isOf(name, specifier))),
      ].map((name) => `${room.name} may import ${name}, and does not: remove it in rooms.ts and ARCHITECTURE.md`);
    });
    expect(unused).toEqual([]);
  });

  test('import other rooms through index.ts or node.ts', () => {
    const pairs = files.flatMap(({ path, files: imported }) => {
      const room = roomOf(path);
      const past = imported.filter(
        (other) => moduleOf(other) !== moduleOf(path) && !/\/(index|node|machine\/vocabulary)\.ts$/.test(other),
      );
      return past.map((other) => `${room?.name} > ${roomOf(other)?.name}`);
    });
    expect([...new Set(pairs)].filter((pair) => !PAST_THE_FACE.has(pair)).sort()).toEqual([]);
  });

  test('import what exists', () => {
    const known = new Set(files.map(({ path }) => path));
    const missing = files.flatMap((file) =>
      file.files.filter((path) => /\.tsx?$/.test(path) && !known.has(path)).map((path) => `${file.path}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test('do not load one another in a circle', () => {
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
    ['a folder that is no room', `import { a } from '../../test/a.ts';`],
  ])('sees %s', (_name, text) => {
    expect(allBreaches('src/machine/planted.ts', text)).toBe(1);
  });

  test('takes no comment for an import', () => {
    expect(allBreaches('src/machine/planted.ts', `// import('zod')\n/** import { a } from 'zod' */\nexport {};`)).toBe(
      0,
    );
  });

  test('sees a circle', () => {
    const circle = [
      readImports('src/machine/a.ts', `import { b } from './b.ts';`),
      readImports('src/machine/b.ts', `import { type B, c } from './c.ts';`),
      readImports('src/machine/c.ts', `export * from './a.ts';`),
      readImports('src/machine/d.ts', `import { a } from './a.ts';`),
    ];
    expect(importCycles(circle)).toEqual([['src/machine/a.ts', 'src/machine/b.ts', 'src/machine/c.ts']]);
  });

  test('allows a circle of types', () => {
    const circle = [
      readImports('src/machine/a.ts', `import { b } from './b.ts';`),
      readImports('src/machine/b.ts', `import type { A } from './a.ts'; export type { C } from './a.ts';`),
    ];
    expect(importCycles(circle)).toEqual([]);
  });

  test('knows the page as a room of its own', () => {
    expect(roomOf('src/visualize/web/main.tsx')).toBe(page);
  });
});
