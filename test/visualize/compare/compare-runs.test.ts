import { describe, expect, it } from 'vitest';
import { compareRuns, type ComparedRun } from '../../../src/visualize/compare/compare-runs.ts';
import { divergenceWords, endWords, nameOfPair } from '../../../src/visualize/compare/divergence-words.ts';
import { NOBODY, pairHosts } from '../../../src/visualize/compare/pair-hosts.ts';
import { filmOfRun, stateOfLook } from '../../../src/visualize/film/film-of-run.ts';
import { changesOfHosts } from '../../../src/visualize/film/film.ts';
import type { DemoChoice } from '../../../src/visualize/play/run-place.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const choice: DemoChoice = {
  hosts: 100,
  waves: 3,
  seed: 3,
  onHealthFailure: 'rollback-and-halt',
  trouble: 'a few bad hosts',
};
const compared = (part: Partial<DemoChoice>): ComparedRun => {
  const history = shownRun(recordRun(demoScenario({ ...choice, ...part })));
  return { history, film: filmOfRun(history) };
};
const bad = compared({});
const good = compared({ trouble: 'none' });
const halting = compared({ onHealthFailure: 'halt' });
const smaller = compared({ hosts: 25 });

describe('two equal runs', () => {
  it('do not diverge', () => {
    const comparison = compareRuns(bad, compared({}));
    expect(comparison.divergences).toEqual([]);
    expect(divergenceWords(comparison, bad, bad)).toBe(
      'Both runs are the same: 100 hosts do the same at the same time.',
    );
  });
});

describe('two runs of one fleet', () => {
  it('diverge at the first host that differs, and the sentence says why', () => {
    const comparison = compareRuns(bad, good);
    const [first] = comparison.divergences;
    if (first === undefined) throw new Error('They part.');
    for (const { runMs } of comparison.divergences) expect(runMs).toBeGreaterThanOrEqual(first.runMs);
    const [changesA, changesB] = [changesOfHosts(bad.film.film), changesOfHosts(good.film.film)];
    const { pairs } = comparison;
    for (const [pair, host] of pairs.a.entries()) {
      // Everything before that moment happened in both, within half a minute.
      const before = (changes: readonly { readonly runMs: number; readonly look: number }[]) =>
        changes.filter(({ runMs }) => runMs < first.runMs - 30_000).map(({ look }) => look);
      expect(before(changesA.of(host))).toEqual(before(changesB.of(pairs.b[pair] ?? NOBODY)));
    }
    const sentence = divergenceWords(comparison, bad, good);
    expect(sentence).toContain(nameOfPair(comparison, first.pair, bad, good));
    expect(sentence).toMatch(/^The runs diverge at [\d:]+: \S+ fails in A \(.+\), and .+ in B\.$/);
  });

  it('give the same differences when swapped', () => {
    const [one, other] = [compareRuns(bad, good), compareRuns(good, bad)];
    expect(other.divergences.map(({ pair, runMs }) => [pair, runMs])).toEqual(
      one.divergences.map(({ pair, runMs }) => [pair, runMs]),
    );
    expect(other.divergences[0]?.a).toEqual(one.divergences[0]?.b);
  });

  it('list each host by its end in both', () => {
    const comparison = compareRuns(bad, halting);
    const looksA = bad.film.film.looksAt(Infinity);
    const looksB = halting.film.film.looksAt(Infinity);
    const different = [...looksA.keys()].filter((host) => looksA[host] !== looksB[host]);
    expect(different.length).toBeGreaterThan(0);
    for (const host of different) {
      const found = comparison.divergences.find(({ pair }) => comparison.pairs.a[pair] === host);
      if (found === undefined) throw new Error(`Host ${host} differs.`);
      expect(endWords(found)).toBe(`${stateOfLook(looksA[host] ?? 0)} → ${stateOfLook(looksB[host] ?? 0)}`);
    }
  });
});

describe('the pairs', () => {
  it('are by name, and hosts of only one run have no counterpart', () => {
    const pairs = pairHosts(bad.history, smaller.history);
    const names = new Set(bad.history.hosts.map(({ hostname }) => hostname));
    const both = smaller.history.hosts.filter(({ hostname }) => names.has(hostname)).length;
    expect(pairs.a).toHaveLength(bad.history.hosts.length + smaller.history.hosts.length - both);
    expect([...pairs.a.keys()].filter((pair) => pairs.a[pair] !== NOBODY && pairs.b[pair] !== NOBODY)).toHaveLength(
      both,
    );
    for (const [host, pair] of pairs.pairOfB.entries()) expect(pairs.b[pair]).toBe(host);
    expect(pairs.lanes.reduce((sum, { hosts }) => sum + hosts, 0)).toBe(pairs.laneOf.length);
    const comparison = compareRuns(bad, smaller);
    expect(comparison.divergences.length).toBeGreaterThanOrEqual(smaller.history.hosts.length - both);
    expect(divergenceWords(comparison, bad, smaller)).toMatch(/^The runs diverge at /);
  });
});
