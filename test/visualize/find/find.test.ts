import { describe, expect, it } from 'vitest';
import { find, type Findable, type FindableList } from '../../../src/visualize/find/find.ts';
import { hostsOfRun, partsOfRun } from '../../../src/visualize/find/findables-of-run.ts';
import { filterWords, hostsMatching } from '../../../src/visualize/find/host-filter.ts';
import { filmOfRun } from '../../../src/visualize/film/film-of-run.ts';
import { lookOfState } from '../../../src/visualize/film/looks.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const few: readonly Findable<string>[] = [
  { title: 'Chart', detail: 'view', target: 'chart' },
  { title: 'Wave stable · 1', detail: 'wave, 5 hosts', target: 'wave' },
  { title: 'Soaking', detail: 'state, 3 hosts now', target: 'soaking' },
];
const hosts = (names: readonly string[]): FindableList<string> => ({
  titles: names.map((name) => name.toLowerCase()),
  at: (index) => ({ title: names[index] ?? '', detail: 'host', target: names[index] ?? '' }),
});
const targets = (query: string, names: readonly string[], most = 10) =>
  find(query, few, [hosts(names)], most).found.map(({ target }) => target);

describe('finding', () => {
  it('shows everything but the hosts for an empty query', () => {
    expect(targets('  ', ['web-1'])).toEqual(['chart', 'wave', 'soaking']);
  });
  it('puts the exact name first, then prefixes, then whole words, then parts of words', () => {
    expect(targets('web-1', ['a-web-1', 'xweb-1', 'WEB-11', 'web-1'])).toEqual([
      'web-1',
      'WEB-11',
      'a-web-1',
      'xweb-1',
    ]);
  });
  it('requires every word, in any order, and also searches the details of the few', () => {
    expect(targets('1 stable', [])).toEqual(['wave']);
    expect(targets('state soak', [])).toEqual(['soaking']);
    expect(targets('stable 2', [])).toEqual([]);
  });
  it('says how many more there are among a hundred thousand hosts', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `worker-${String(index).padStart(6, '0')}`);
    const { found, more } = find('worker', few, [hosts(names)], 50);
    expect(found.map(({ title }) => title)).toEqual(names.slice(0, 50));
    expect(more).toBe(99_950);
    expect(find('worker-099999', few, [hosts(names)], 50).found[0]?.title).toBe('worker-099999');
  });
});

describe('a run', () => {
  const run = shownRun(
    recordRun(demoScenario({ hosts: 50, waves: 3, seed: 1, onHealthFailure: 'halt', trouble: 'none' })),
  );
  const film = filmOfRun(run);
  const looks = film.film.looksAt(film.endRunMs);
  const converged = lookOfState('Converged');
  const counts = Array.from({ length: 8 }, (_, look) => looks.filter((each) => each === look).length);

  it('offers its states, rollouts, channels and waves as filters of its hosts', () => {
    const parts = partsOfRun(run, film, counts);
    for (const kind of ['state', 'rollout', 'channel', 'wave'])
      expect(parts.some(({ detail }) => detail.startsWith(kind))).toBe(true);
    const sizes = run.history.rollouts.map(({ hosts }) => hosts.length);
    for (const { title, target } of parts) {
      if (target.type !== 'filter') throw new Error('Every part is a filter.');
      expect(filterWords(target.filter, run, film).toLowerCase()).toContain(title.toLowerCase());
      const count = hostsMatching(target.filter, run, film, looks).reduce((sum, each) => sum + each, 0);
      if (target.filter.type === 'look') expect(count).toBe(counts[target.filter.look]);
      if (target.filter.type === 'rollout') expect(count).toBe(sizes[target.filter.rollout]);
      if (target.filter.type === 'lane') expect(count).toBe(film.lanes[target.filter.lane]?.hosts);
    }
    expect(counts[converged]).toBe(50);
  });
  it('offers each of its hosts, and those whose names contain a text', () => {
    const list = hostsOfRun(run, film);
    expect(list.titles).toHaveLength(50);
    expect(list.at(7).target).toEqual({ type: 'host', host: 7 });
    const text = run.hosts[7]?.hostname ?? '';
    const matching = hostsMatching({ type: 'name', text }, run, film, looks);
    expect(matching[7]).toBe(1);
    expect(matching.reduce((sum, each) => sum + each, 0)).toBe(1);
  });
});
