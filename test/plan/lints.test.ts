import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINT_IDS, readAcceptedLints, withoutAccepted, type Lint } from '../../src/plan/index.ts';
import type { Problem } from '../../src/text/index.ts';
import { repositoryRoot } from '../support/repository.ts';
import { planOf, type FleetSketch } from './support/plan-fleets.ts';

const QUIET: FleetSketch = {
  channels: {
    stable: [
      ['a', 'b'],
      ['c', 'd'],
    ],
  },
  release: 'r2',
};
const found = (sketch: Partial<FleetSketch>, running: FleetSketch | null = null): readonly (readonly string[])[] =>
  planOf({ ...QUIET, ...sketch }, running).lints.map(({ id, path }) => [id, path]);

test('an ordinary fleet has none', () => {
  expect(found({})).toEqual([]);
});

test('a canary alone in its wave', () => {
  expect(found({ channels: { stable: [['a'], ['b']] } })).toEqual([['deferred-canary', '$.waves.stable[0]']]);
});

test('a soak shorter than the interval of a probe, once for all waves of a channel', () => {
  expect(found({ soaks: [0, 0] })).toEqual([['soak-shorter-than-probe', '$.rolloutPolicies.usual.waves[0]']]);
});

test('a budget under which hosts take turns for a fifth of the time', () => {
  expect(found({ budget: 1 })).toEqual([['budget-takes-long', '$.disruptionBudgets[0]']]);
});

test('a budget across channels, of which one halts', () => {
  const channels = { edge: [['a', 'b']], stable: [['c', 'd']] };
  expect(found({ channels, budget: 2, onHealthFailure: 'halt' })).toContainEqual([
    'budget-forgets-broken-hosts',
    '$.disruptionBudgets[0]',
  ]);
});

test('a rollout that outlasts its freshness window', () => {
  expect(found({ freshnessWindow: 20 })).toEqual([['longer-than-freshness', '$.channels.stable.freshnessWindow']]);
});

test('canaries that run the release already', () => {
  const running = { channels: { stable: [['a', 'b']] }, release: 'r2' };
  expect(found({}, running)).toEqual([['ran-it-already', '$.waves.stable[0]']]);
});

test('a rollout that does not end without any fault', () => {
  expect(found({ edges: [{ gated: 'a', gates: 'c' }] })).toEqual([['does-not-end', '$.channels.stable']]);
});

test('each has a section in the documentation', () => {
  const text = readFileSync(join(repositoryRoot, 'docs/lints.md'), 'utf8');
  for (const id of LINT_IDS) expect(text).toContain(`\n## ${id}\n`);
});

test('a lint is accepted at one place, or everywhere', () => {
  const lint = (id: string, path: string): Lint => ({ id, path, severity: 'note', what: '', why: '', remedy: '' });
  const lints = [lint('x', '$.a'), lint('x', '$.b'), lint('y', '$.a')];
  const problems: Problem[] = [];
  const accepted = readAcceptedLints(
    '- { lint: x, path: $.a, reason: known }\n- { lint: z, reason: gone }\n',
    'lints.yaml',
    problems,
  );
  expect(problems).toEqual([]);
  const { left, unused } = withoutAccepted(lints, accepted);
  expect(left.map(({ id, path }) => `${id} ${path}`)).toEqual(['x $.b', 'y $.a']);
  expect(unused).toEqual([{ lint: 'z', reason: 'gone' }]);
});

test.each(['- lint: x', 'lint: x', '- {', '- { lint: x, reason: y, more: 1 }'])(
  'a file of accepted lints that is wrong is refused: %s',
  (text) => {
    const problems: Problem[] = [];
    expect(readAcceptedLints(text, 'lints.yaml', problems)).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
  },
);
