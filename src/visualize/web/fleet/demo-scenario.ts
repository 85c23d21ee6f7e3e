import { NO_FAULTS, type FaultRates, fleetScenario, generateFleet, type Scenario } from '../../../simulator/index.ts';
import type { DemoChoice, Trouble } from '../../play/run-place.ts';

const rates: { readonly [Name in Trouble]: Partial<FaultRates> } = {
  none: {},
  'a few bad hosts': { activationFails: 0.01, probeFails: 0.01 },
  'reboots needed': { activationDeferred: 0.15, deferredRebootAfter: { minMs: 600_000, maxMs: 3_600_000 } },
  'a rough night': {
    activationDeferred: 0.05,
    deferredRebootAfter: { minMs: 600_000, maxMs: 3_600_000 },
    probeFlaps: 0.05,
    agentCrashesPerHour: 0.2,
    controlPlaneRestartsPerHour: 1,
    requestLost: 0.05,
    answerLost: 0.05,
    slowLink: 0.1,
  },
};

const A_DAY_MS = 24 * 3_600_000;

/**
 * The scenario for a choice. The same choice always gives the same run.
 *
 * @throws Error for numbers that a fleet cannot have, which the form does not allow
 */
export function demoScenario({ hosts, waves, seed, onHealthFailure, trouble }: DemoChoice): Scenario {
  const made = fleetScenario(generateFleet({ hosts, waves, seed }), {
    ref: 'release-1',
    closures: new Map(),
    newClosures: false,
  });
  if (!made.ok) throw new Error(made.problems[0]?.message ?? 'The fleet has no rollout.');
  // The policy replaces the file's.
  const { declared: _, ...scenario } = made.scenario;
  return {
    ...scenario,
    seed,
    title: `${hosts} hosts, ${trouble === 'none' ? 'no trouble' : trouble}, ${onHealthFailure}`,
    untilMs: A_DAY_MS,
    rates: { ...NO_FAULTS, ...rates[trouble] },
    rollouts: scenario.rollouts.map((rollout) => ({ ...rollout, policy: { ...rollout.policy, onHealthFailure } })),
  };
}
