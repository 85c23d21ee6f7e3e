import { describe, expect, test } from 'vitest';
import { actorStep } from '../../src/machine/actor-step.ts';
import { encodeRunEvent, generateFleet, NO_FAULTS, simulate, type Scenario } from '../../src/simulator/index.ts';
import { scenarioOf } from './fleets.ts';

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
