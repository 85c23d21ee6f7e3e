import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { repositoryRoot } from '../support/repository.ts';
import { face, rooms, type Room } from '../support/rooms.ts';

/** What importing an entry point loads: rooms of its own package, and packages from outside. */
function loadedBy(entry: string): { readonly rooms: readonly string[]; readonly outside: readonly string[] } {
  const printed = execFileSync(process.execPath, ['test/support/loaded-modules.mjs', entry], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  const urls = JSON.parse(printed) as readonly string[];
  const own = pathToFileURL(repositoryRoot).href;
  const inside = urls.filter((url) => url.startsWith(`${own}dist/`)).map((url) => url.slice(`${own}dist/`.length));
  const outside = urls.filter((url) => !url.startsWith(`${own}dist/`)).map(packageOf);
  return { rooms: unique(inside.map((path) => path.split('/')[0] ?? path)), outside: unique(outside) };
}

function packageOf(url: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url;
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
  expect(loaded.rooms).toEqual([face.name.replace('.ts', '.js'), 'machine', 'rollout'].sort());
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
