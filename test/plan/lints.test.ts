import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '../../src/fleet/index.ts';
import { LINT_IDS, makePlan, readAcceptedLints, withoutAccepted, type Lint } from '../../src/plan/index.ts';
import type { Problem } from '../../src/text/index.ts';
import { repositoryRoot } from '../support/repository.ts';
import { fleetOf, inputOf, planOf, type FleetSketch } from './support/plan-fleets.ts';

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

function lintsOf(next: Fleet, running: FleetSketch): readonly (readonly string[])[] {
  const made = makePlan({ ...inputOf(next), running: fleetOf(running) });
  if (!made.ok) throw new Error('no plan');
  return made.plan.lints.map(({ id, path }) => [id, path]);
}

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
  const path = '$.disruptionBudgets[0]';
  expect(found({ budget: 1 })).toEqual([
    ['budget-takes-long', path],
    ['budget-of-one', path],
  ]);
});

test('a budget that holds for less than a fifth of the time is not reported', () => {
  const channels = {
    stable: [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ],
  };
  expect(found({ channels, soaks: [30, 2], budget: 2 })).toEqual([]);
});

test('a budget of one host, which an offline host holds for ever', () => {
  const channels = { stable: [['a', 'b', 'c', 'd', 'e', 'f', 'g']] };
  const ids = found({ channels, budget: 1 });
  expect(ids).toContainEqual(['budget-of-one', '$.disruptionBudgets[0]']);
  expect(found({ channels, budget: 2 })).not.toContainEqual(['budget-of-one', '$.disruptionBudgets[0]']);
});

test('other closures under the running ref, which open no rollout', () => {
  const running: FleetSketch = { ...QUIET, release: 'r1' };
  const renamed = { ...fleetOf(QUIET), meta: fleetOf(running).meta };
  expect(lintsOf(renamed, running)).toEqual([['same-ref', '$.meta.ciCommit']]);
  expect(found({}, running)).toEqual([]);
  expect(found({}, QUIET)).toEqual([]);
});

test('a budget across channels when one of them halts', () => {
  const channels = { edge: [['a', 'b']], stable: [['c', 'd']] };
  expect(found({ channels, budget: 2, onHealthFailure: 'halt' })).toContainEqual([
    'budget-forgets-broken-hosts',
    '$.disruptionBudgets[0]',
  ]);
});

test('no budget across channels when one waits for the other anyway', () => {
  const channels = { edge: [['a', 'b']], middle: [['e']], stable: [['c', 'd']] };
  const channelEdges = [
    { gated: 'middle', gates: 'edge' },
    { gated: 'stable', gates: 'middle' },
  ];
  const ids = found({ channels, channelEdges, budget: 2, onHealthFailure: 'halt' }).map(([id]) => id);
  expect(ids).not.toContain('budget-forgets-broken-hosts');
});

test('a rollout that outlasts its freshness window', () => {
  expect(found({ freshnessWindow: 20 })).toEqual([['longer-than-freshness', '$.channels.stable.freshnessWindow']]);
});

test('canaries that already run the release', () => {
  const running = { channels: { stable: [['a', 'b']] }, release: 'r2' };
  expect(found({}, running)).toContainEqual(['ran-it-already', '$.waves.stable[0]']);
});

test('a rollout that does not end even without faults', () => {
  expect(found({ edges: [{ gated: 'a', gates: 'c' }] })).toEqual([['does-not-end', '$.channels.stable']]);
});

test('each has a section in the documentation', () => {
  const text = readFileSync(join(repositoryRoot, 'docs/lints.md'), 'utf8');
  for (const id of LINT_IDS) expect(text).toContain(`\n## ${id}\n`);
});

test('each finding has a lint, or a reason why a file cannot show it', () => {
  const sections = readFileSync(join(repositoryRoot, 'docs/findings.md'), 'utf8').matchAll(/^## (.+)$/gm);
  const findings = [...sections].map(([, title]) => title).filter((title) => title !== 'Fixed in the specification');
  const rows = readFileSync(join(repositoryRoot, 'docs/lints.md'), 'utf8').matchAll(/^\| ([A-Z].+?) +\| (.+?) +\|$/gm);
  const answers = new Map([...rows].map(([, finding, answer]) => [finding, answer]));
  expect([...answers.keys()]).toEqual(findings);
  for (const [finding, answer = ''] of answers) {
    const isLint = LINT_IDS.some((id) => answer === `\`${id}\``);
    expect([finding, isLint || /^none: .{10,}/.test(answer)]).toEqual([finding, true]);
  }
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
    expect(problems.map(({ message }) => message).join()).not.toContain('Invalid');
  },
);
