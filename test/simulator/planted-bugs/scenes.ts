import {
  always,
  DEFAULT_DURATIONS,
  NO_FAULTS,
  type Scenario,
  type ScenarioStep,
} from '../../../src/simulator/index.ts';
import { after, budgetOf, MINUTE, scenarioWith, sketch, type RolloutSketch } from '../support/small-fleets.ts';

const FIRST = ['a1', 'a2'];
const SECOND = ['b1', 'b2', 'b3', 'b4'];
const ALL = [...FIRST, ...SECOND];

/** Six hosts in two waves, at most two of them in flight. */
export const STAGED: RolloutSketch = { waves: [FIRST, SECOND], budgets: [budgetOf(ALL, 2)] };

/** The same in one wave. */
export const TOGETHER: RolloutSketch = { waves: [ALL], budgets: [budgetOf(ALL, 2)] };

export function staged(steps: readonly ScenarioStep[] = [], changes: Partial<RolloutSketch> = {}): Scenario {
  return scenarioWith([sketch({ ...STAGED, ...changes })], { steps });
}

/** Two hosts whose messages are lost all the time, and whose agents crash as often as asked. */
export function lossy(crashesPerHour: number): Scenario {
  return scenarioWith([sketch({ waves: [FIRST], soakMinutes: 10 })], {
    rates: {
      ...NO_FAULTS,
      requestLost: 0.3,
      answerLost: 0.3,
      agentCrashesPerHour: crashesPerHour,
      tailLost: crashesPerHour > 0 ? 1 : 0,
    },
    settle: { faultsUntilMs: 40 * MINUTE, withinMs: 120 * MINUTE },
  });
}

/** One host, and what is done to it. */
export function alone(
  steps: readonly ScenarioStep[],
  changes: Partial<Scenario> = {},
  rollout: Partial<RolloutSketch> = {},
): Scenario {
  return scenarioWith([sketch({ waves: [['a1']], ...rollout })], { steps, ...changes });
}

export const failProbe = (probe: string | null, forMs: number | null = null): ScenarioStep =>
  after(0, { type: 'fail-probe', hosts: ['a1'], probe, forMs });

export const failActivation = after(0, { type: 'fail-activation', hosts: ['a1'], exitCode: 4, times: 1 });

export const deferForever = after(0, {
  type: 'defer-activation',
  hosts: ['a1'],
  component: 'kernel',
  rebootAfterMs: null,
  times: null,
});

/** A release that was rolled back comes again under another ref. */
export function sameClosureAgain(): Scenario {
  const closure = (): string => 'bad';
  const again = sketch({ ...TOGETHER, ref: 'r2', closure });
  return scenarioWith([sketch({ ...TOGETHER, closure })], {
    steps: [failActivation, after(20, { type: 'publish', rollouts: [again] })],
  });
}

/** `edge` goes first, and both channels get a second release. */
export function twoChannels(): Scenario {
  const edge: RolloutSketch = { channel: 'edge', waves: [['e1']] };
  const stable: RolloutSketch = { waves: [['s1']], waitsFor: ['edge'] };
  const releases = (ref: string) => [sketch({ ...edge, ref }), sketch({ ...stable, ref })];
  return scenarioWith(releases('r1'), { steps: [after(60, { type: 'publish', rollouts: releases('r2') })] });
}

/** The second release comes while the first soaks, and probes take longer than an activation. */
export function releaseDuringSoak(): Scenario {
  const hosts: RolloutSketch = { waves: [['a1']], soakMinutes: 20 };
  return scenarioWith([sketch(hosts)], {
    durations: { ...DEFAULT_DURATIONS, probe: always(100_000) },
    steps: [after(8.5, { type: 'publish', rollouts: [sketch({ ...hosts, ref: 'r2' })] })],
  });
}

/** The deferral is still on its way when the host comes up on the new closure. */
export function rebootBeforeReport(): Scenario {
  return alone([
    after(0, { type: 'defer-activation', hosts: ['a1'], component: 'kernel', rebootAfterMs: MINUTE, times: 1 }),
    after(0.6, { type: 'lose-messages', hosts: ['a1'], what: 'requests', forMs: 2 * MINUTE }),
  ]);
}

/** The second release comes while the first is being activated. */
export function releaseDuringSwitch(): Scenario {
  const hosts: RolloutSketch = { waves: [['a1']] };
  return scenarioWith([sketch(hosts)], {
    steps: [after(0.5, { type: 'publish', rollouts: [sketch({ ...hosts, ref: 'r2' })] })],
  });
}

export const CRASH = {
  type: 'crash',
  hosts: ['a1'],
  afterEffects: null,
  downMs: null,
  losesTail: false,
} as const satisfies ScenarioStep['do'];

/** The agent dies once, some time after the start. */
export const crashAt = (minutes: number): ScenarioStep => after(minutes, CRASH);
