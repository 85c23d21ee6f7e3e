import { expect, test } from 'vitest';
import { always, DEFAULT_DURATIONS, DEFAULT_NETWORK, type ScenarioStep } from '../../../src/simulator/index.ts';
import { agent, agentEffect, agentInput } from '../planted-bugs/broken-agent.ts';
import { alone, CRASH, failActivation } from '../planted-bugs/scenes.ts';
import { after, scenarioWith, sketch } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

const SECOND = 1000;
const EARLY = agent({ awaitsAnswer: () => false });

/** The switch ends while its agent, started again, waits for an answer. */
const boot = (...more: readonly ScenarioStep[]) =>
  alone(
    [
      after(0.2, { type: 'lose-messages', hosts: ['a1'], what: 'answers', forMs: 100 * SECOND }),
      after(0.3, { ...CRASH, downMs: SECOND }),
      ...more,
    ],
    {
      durations: { ...DEFAULT_DURATIONS, activation: always(30 * SECOND) },
      network: { ...DEFAULT_NETWORK, requestTimeoutMs: 60 * SECOND },
    },
  );

test('is silent while a boot waits', () => {
  expect(noticed(boot())).toEqual(new Set());
});

test('notices a report before the boot is over', () => {
  expect(noticed(boot(), EARLY)).toContain('reports');
});

test('forgives a boot that ended because the clock was set back', () => {
  const setBack = after(0.4, { type: 'set-clock', hosts: ['a1'], skewMs: -3600 * SECOND, driftPpm: 0 });
  expect(noticed(boot(setBack))).toEqual(new Set());
});

test('forgives a boot that a clock has ended that is right again since', () => {
  const set = (atMinutes: number, skewMs: number) =>
    after(atMinutes, { type: 'set-clock', hosts: ['a1'], skewMs, driftPpm: 0 });
  expect(noticed(boot(set(0.4, 40 * SECOND), set(0.6, 0)))).toEqual(new Set());
});

test('notices that a failed rollback is not logged as an error, or raises no metric', () => {
  const failing = alone([failActivation, after(0, { type: 'fail-rollback', hosts: ['a1'], exitCode: 1, times: 1 })]);
  const asWarning = agentEffect('EmitLog', (effect, _after, { type }) =>
    type === 'RollbackFailed' ? [{ ...effect, level: 'warn' }] : [effect],
  );
  expect(noticed(failing)).toEqual(new Set());
  expect(noticed(failing, asWarning)).toContain('reports');
  const uncounted = agentEffect('EmitMetric', () => []);
  expect(noticed(failing, uncounted)).toContain('reports');
});

test('notices a dispatch that an idle agent ignores', () => {
  expect(
    noticed(
      alone([]),
      agentInput('Dispatch', () => null),
    ),
  ).toContain('reports');
});

test('notices an agent that returns to the release that it has left', () => {
  const hosts = { waves: [['a1']] };
  const setBack = { type: 'set-clock', hosts: ['a1'], skewMs: -7200 * SECOND, driftPpm: 0 } as const;
  const twoReleases = scenarioWith([sketch(hosts)], {
    steps: [
      after(60, setBack),
      after(61, { type: 'publish', rollouts: [sketch({ ...hosts, ref: 'r2' })] }),
      after(63, CRASH),
    ],
  });
  // Without the order of activation, a boot goes by times of the clock.
  const byTheClock = agentEffect('WriteOutboxHeader', (effect) => [
    { ...effect, header: { ...effect.header, activation: null } },
  ]);
  expect(noticed(twoReleases)).toEqual(new Set());
  expect(noticed(twoReleases, byTheClock)).toContain('reports');
});
