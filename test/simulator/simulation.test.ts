import { describe, expect, test } from 'vitest';
import { actorStep } from '../../src/machine/actor-step.ts';
import { encodeRunEvent, generateFleet, NO_FAULTS, simulate, type Scenario } from '../../src/simulator/index.ts';
import { scenarioOf } from './fleets.ts';
import { scenarioOf as scenarioIn } from './scenario-file/read-problems.ts';
import { after, MINUTE, scenarioWith, sketch } from './support/small-fleets.ts';

const everything: Scenario = {
  ...scenarioOf(generateFleet({ hosts: 12, waves: 3, seed: 1 })),
  rates: {
    ...NO_FAULTS,
    agentCrashesPerHour: 3,
    crashBeforeEffect: 0.01,
    tailLost: 0.5,
    rebootsPerHour: 1,
    controlPlaneRestartsPerHour: 1,
    databaseLossesPerHour: 1,
    activationDeferred: 0.2,
    probeFails: 0.05,
    probeFlaps: 0.1,
    rollbackFails: 0.3,
    requestLost: 0.05,
    answerLost: 0.05,
    requestDuplicated: 0.05,
  },
  settle: { faultsUntilMs: 3_600_000, withinMs: 7_200_000 },
};

function logOf(scenario: Scenario, options: Parameters<typeof simulate>[1] = {}): string {
  let log = '';
  simulate(scenario, { ...options, onEvent: (event) => (log += `${encodeRunEvent(event)}\n`) });
  return log;
}

describe('a run on real XState actors', () => {
  test.each([1, 2, 3, 4])('has the event log of the compiled engine (seed %i)', (seed) => {
    const log = logOf({ ...everything, seed });
    expect(log.length).toBeGreaterThan(10_000);
    expect(logOf({ ...everything, seed }, { step: actorStep() })).toBe(log);
  });
});

const FLEET = `
lasts: 10m
fleet: { channels: { stable: { hosts: { web: 3 }, soak: 5m } } }
`;

/** More than ten minutes of tries at the shortest wait need. */
const MOST_EVENTS = 200_000;

/** Time stood still: whatever was tried again was tried again at the same moment. */
test.each([
  [
    'requests that are always lost',
    'network: { latency: 0s, request-timeout: 0s, poll-again: 0s }\nrates: { request-lost: 100% }',
  ],
  [
    'answers that are always lost',
    'network: { latency: 0s, request-timeout: 0s, poll-again: 0s, long-poll: 0s }\nagent: { retry: { first: 0s, cap: 0s } }\nrates: { answer-lost: 100% }',
  ],
  ['agents that always crash', 'durations: { agent-restart: 0s }\nrates: { crash-before-effect: 100% }'],
  [
    'requests that are always bounced',
    'network: { latency: 0s, poll-again: 0s }\nagent: { retry: { first: 0s, cap: 0s } }\nrates: { request-bounced: 100% }',
  ],
  [
    'a manifest that ran out',
    'network: { latency: 0s, poll-again: 0s }\nsteps: [{ at: 0s, do: expire-manifest, hosts: "*", for: 1h }]',
  ],
  [
    'no waits at all',
    'network: { latency: 0s, request-timeout: 0s, poll-again: 0s, long-poll: 0s }\ndurations: { activation: 0s, rollback: 0s, worker-report: 0s, probe: 0s, reboot: 0s, agent-restart: 0s, control-plane-restart: 0s, disk-flush: 0s }\nrates: { activation-deferred: 100%, deferred-reboot-after: 0s, rollback-fails: 100% }',
  ],
])('a run without waits ends: %s', (_name, settings) => {
  const run = simulate(scenarioIn(`${FLEET}${settings}\n`));
  expect(run.events).toBeLessThan(MOST_EVENTS);
  expect(run.violations).toEqual([]);
});

test('an agent whose clock is set forward sends its heartbeat at its next tick (it was up to an interval late)', () => {
  const sentRunMs: number[] = [];
  const day = scenarioWith([sketch({ waves: [['a1']], soakMinutes: 20 })], {
    steps: [after(4.25, { type: 'set-clock', hosts: ['a1'], skewMs: 10 * MINUTE, driftPpm: 0 })],
  });
  simulate(day, {
    onObservation: (observation) => {
      if (observation.type === 'HeartbeatSent') sentRunMs.push(observation.runMs);
    },
  });
  const setRunMs = 4.25 * MINUTE;
  const next = sentRunMs.find((runMs) => runMs > setRunMs) ?? Infinity;
  expect(next - setRunMs).toBeLessThanOrEqual(day.agent.tickSecs * 1000);
});
