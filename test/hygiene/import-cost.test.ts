import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { repositoryRoot } from '../support/repository.ts';
import { face, roomOf, rooms, type Room } from '../support/rooms.ts';

/** What importing an entry point loads: modules of its own package, and packages from outside. */
function loadedBy(entry: string): { readonly rooms: readonly string[]; readonly outside: readonly string[] } {
  const printed = execFileSync(process.execPath, ['test/support/loaded-modules.mjs', entry], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  const urls = JSON.parse(printed) as readonly string[];
  const dist = new URL('dist/', pathToFileURL(repositoryRoot)).href;
  const sources = urls.filter((url) => url.startsWith(dist)).flatMap((url) => bundledIn(fileURLToPath(url)));
  const rooms = sources.map((path) => roomOf(path)?.name).filter((name) => name !== undefined);
  const outside = [...urls.filter((url) => !url.startsWith(dist)), ...sources.filter((path) => roomOf(path) === null)];
  return { rooms: unique(rooms), outside: unique(outside.map(packageOf)) };
}

/** The sources of a bundled file: a comment before each names its path from the root of the repository. */
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

/** The rooms that a room may load and those that these may: what comes along indirectly. */
function allowedWith(room: Room): { readonly rooms: readonly string[]; readonly outside: readonly string[] } {
  const below = rooms.filter(({ name }) => room.rooms.includes(name));
  return {
    rooms: [room.name, ...below.map(({ name }) => name)],
    outside: [room, ...below].flatMap(({ packages }) => packages),
  };
}

test('importing the package loads xstate and nothing else from outside', () => {
  const loaded = loadedBy('nixfleet-statechart');
  expect(loaded.outside).toEqual(['xstate']);
  expect(loaded.rooms).toEqual(face.rooms);
});

test.each(rooms.filter(({ pure, name }) => pure && !['text', 'machine', 'rollout'].includes(name)))(
  'importing the entry point of $name loads only what its room may import',
  (room) => {
    const loaded = loadedBy(`nixfleet-statechart/${room.name}`);
    const allowed = allowedWith(room);
    expect(allowed.rooms).toEqual(expect.arrayContaining([...loaded.rooms]));
    expect(allowed.outside).toEqual(expect.arrayContaining([...loaded.outside]));
  },
);
