import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Film, type LookChange } from '../../../src/visualize/film/film.ts';
import { looks } from '../../../src/visualize/film/looks.ts';
import { HOSTS, changes } from './arbitrary-changes.ts';

function looksByFolding(all: readonly LookChange[], runMs: number): readonly number[] {
  const found = Array.from({ length: HOSTS }, () => 0);
  for (const change of all.toSorted((a, b) => a.runMs - b.runMs))
    if (change.runMs <= runMs) found[change.host] = change.look;
  return found;
}

test('a film shows the last look of each host', () => {
  fc.assert(
    fc.property(changes, fc.integer({ min: -1, max: 201 }), (all, runMs) => {
      expect([...new Film(HOSTS, all).looksAt(runMs)]).toEqual(looksByFolding(all, runMs));
    }),
  );
});

test('a film of many changes is also right after its checkpoints', () => {
  const many = Array.from({ length: 20_000 }, (_, at) => ({
    runMs: at,
    host: at % HOSTS,
    look: (at >> 3) % looks.length,
  }));
  const film = new Film(HOSTS, many);
  for (const runMs of [0, 4_094, 4_095, 4_096, 8_191, 12_345, 19_999]) {
    expect([...film.looksAt(runMs)], `at ${runMs}`).toEqual(looksByFolding(many, runMs));
  }
});
