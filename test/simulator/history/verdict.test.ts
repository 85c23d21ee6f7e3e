import { describe, expect, test } from 'vitest';
import {
  asRunMs,
  Moment,
  numbersOf,
  numbersWords,
  simulate,
  verdictOf,
  verdictWords,
  type Run,
} from '../../../src/simulator/index.ts';
import { formatDuration } from '../../../src/text/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

const headline = ({ history, endedRunMs }: Run, time: number = endedRunMs): string =>
  verdictWords(verdictOf(new Moment(history, time)), formatDuration);

const headlineOf = (text: string): string => headline(simulate(scenarioOf(text)));

const TWO_WAVES =
  'fleet: { channels: { stable: { hosts: { web: 3 }, waves: [{ hosts: 1 }, { hosts: the rest }], soak: 5m } } }';

describe('the headline of a run', () => {
  test('says that all is done, and when', () => {
    expect(headlineOf(TWO_WAVES)).toMatch(/^Done after 1\dm \d\ds\. All 3 hosts run release-1\.$/);
  });

  test('is a sentence for few hosts, and for a release without a ref: "The host runs simulated." was none', () => {
    const done = (hosts: number, ref: string) =>
      verdictWords({ type: 'done', runMs: asRunMs(60_000), hosts, rolloutIds: [`stable@${ref}`] }, formatDuration);
    expect(done(1, 'simulated')).toBe('Done after 1m 00s. The host runs the new release.');
    expect(done(2, 'release-1')).toBe('Done after 1m 00s. Both hosts run release-1.');
    expect(done(1200, 'simulated')).toBe('Done after 1m 00s. All 1,200 hosts run the new release.');
  });

  test('names the host that stopped a rollout, and why', () => {
    expect(headlineOf(`${TWO_WAVES}\nsteps: [{ at: 0s, do: fail-activation, hosts: web-01, exit-code: 7 }]`)).toMatch(
      /^stable@release-1 stopped at .*\. web-01: activation failed, exit code 7\.$/,
    );
  });

  test('names the hosts that everything waits for, and what they need', () => {
    expect(
      headlineOf(`${TWO_WAVES}\nsteps: [{ at: 0s, do: defer-activation, hosts: web-02, component: kernel }]`),
    ).toMatch(/^Stuck since .*\. web-02 needs a reboot\.$/);
    expect(
      headlineOf(`${TWO_WAVES}\nsteps: [{ at: 0s, do: defer-activation, hosts: [web-02, web-03], component: kernel }]`),
    ).toMatch(/^Stuck since .*\. web-02 and web-03 need a reboot\.$/);
  });

  test('counts from when the host began to hold the others, and not from the last change of a state', () => {
    expect(headlineOf(`${TWO_WAVES}\nsteps: [{ at: 4m, do: switch-by-hand, hosts: web-01, closure: hotfix }]`)).toMatch(
      /^Stuck since 4m 00s\. 2 hosts wait for web-01/,
    );
  });

  test('names hosts that are out of reach, and how many wait for them', () => {
    expect(headlineOf(`${TWO_WAVES}\nsteps: [{ at: 1m, do: take-offline, hosts: web-01 }]`)).toMatch(
      /^web-01 has been unreachable since 1m 00s; 2 wait for it\.$/,
    );
  });

  test('says which wave soaks, and until when, where the run was cut', () => {
    expect(headlineOf(`${TWO_WAVES}\nlasts: 2m`)).toBe(
      'Wave 0 of stable@release-1 soaks until 5m 00s (3m 00s left); 0 of 3 hosts done.',
    );
  });

  test('says that the control plane is down', () => {
    expect(headlineOf(`${TWO_WAVES}\nlasts: 1h\nsteps: [{ at: 2m, do: restart-control-plane, down: 5h }]`)).toBe(
      'The control plane has been down since 2m 00s; 3 hosts are not done.',
    );
  });

  test('names hosts that wait for each other', () => {
    expect(
      headlineOf(`
fleet:
  channels: { stable: { hosts: [a, b], waves: [{ hosts: a }, { hosts: b }] } }
  edges: [{ hosts: a, waits-for: b }]
`),
    ).toBe('Stuck since 0s. a and b wait for each other, so neither of them can start.');
  });

  test('is about the moment that is asked for', () => {
    const run = simulate(scenarioOf(`${TWO_WAVES}\nsteps: [{ at: 0s, do: fail-activation, hosts: web-02 }]`));
    expect(headline(run)).toMatch(/ stopped at /);
    expect(headline(run, 120_000)).toMatch(/^Wave 0 of stable@release-1 soaks until 5m 00s/);
  });
});

test('the numbers count every host once', () => {
  const run = simulate(scenarioOf(`${TWO_WAVES}\nlasts: 2m`));
  const numbers = numbersOf(new Moment(run.history, run.endedRunMs));
  expect(numbers).toEqual({
    hosts: 3,
    converged: 0,
    reverted: 0,
    failed: 0,
    deferred: 0,
    underWay: 1,
    notStarted: 2,
  });
  expect(numbersWords(numbers)).toBe('0 of 3 hosts converged · 1 in progress · 2 not started');
});
