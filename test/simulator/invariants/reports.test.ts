import { expect, test } from 'vitest';
import { always, DEFAULT_DURATIONS, DEFAULT_NETWORK, type ScenarioStep } from '../../../src/simulator/index.ts';
import { KILLED } from '../../../src/simulator/work.ts';
import { agent, agentEffect, agentEffects, agentInput } from '../planted-bugs/broken-agent.ts';
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

const failsWith = (exitCode: number) =>
  alone([after(0, { type: 'fail-activation', hosts: ['a1'], exitCode, times: 1 })]);

test('is silent however a switch fails', () => {
  for (const exitCode of [0, 1, 4, KILLED]) expect(noticed(failsWith(exitCode))).toEqual(new Set());
});

test('notices an exit code that no signal has', () => {
  const other = agentInput('ActivationFailed', (input) => ({ ...input, exitCode: input.exitCode ?? 1 }));
  expect(noticed(failsWith(KILLED), other)).toContain('reports');
});

test('notices what a switch wrote if it is reported too short, too long, or not at all', () => {
  const writes = (change: (text: string) => string) =>
    agentInput('ActivationFailed', (input) => ({ ...input, stderrTail: change(input.stderrTail) }));
  const reported = writes((text) => text.slice(-1000));
  expect(noticed(failsWith(4), reported)).toContain('reports');
  expect(
    noticed(
      failsWith(4),
      writes(() => ''),
    ),
  ).toContain('reports');
  const whole = agentEffects((effect, _agent, input) =>
    effect.type === 'LocalEmitEvent' && effect.payload.type === 'ActivationFailed' && 'stderrTail' in input
      ? [{ ...effect, payload: { ...effect.payload, stderrTail: input.stderrTail } }]
      : [effect],
  );
  expect(noticed(failsWith(4), whole)).toContain('reports');
  expect(noticed(failsWith(1), whole)).toEqual(new Set());
});

test('notices a rollback that is reported with another exit code', () => {
  const other = agentInput('RollbackCompleted', (input) => ({ ...input, exitCode: 7 }));
  expect(noticed(failsWith(1), other)).toContain('reports');
});
