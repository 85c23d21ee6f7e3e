import { expect, test } from 'vitest';
import { AGENT_RULES, type ProbeDefinition } from '../../../src/agent/index.ts';
import type { Scenario, ScenarioStep } from '../../../src/simulator/index.ts';
import { agent, agentInput, agentStep } from '../planted-bugs/broken-agent.ts';
import { alone } from '../planted-bugs/scenes.ts';
import { after } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

const EVIDENCE: ProbeDefinition = { probeName: 'controls', kind: 'evidence', mode: 'enforce', intervalSecs: 60 };

const audited = (steps: readonly ScenarioStep[] = []): Scenario => alone(steps, { probeSets: [[EVIDENCE]] });

const unmet = (forMs: number | null = null): ScenarioStep =>
  after(0, { type: 'fail-controls', hosts: ['a1'], probe: 'controls', controls: ['A.5.1'], forMs });

type SubResult = NonNullable<Parameters<Parameters<typeof agentInput<'ProbeOutcome'>>[1]>[0]['subResults']>[number];

/** Reports carry only some of the controls. */
const onlyControls = (isKept: (control: SubResult) => boolean) =>
  agentStep((accepted) => ({
    ...accepted,
    effects: accepted.effects.map((effect) =>
      effect.type === 'LocalEmitEvent' && effect.payload.type === 'ProbeResult'
        ? {
            ...effect,
            payload: { ...effect.payload, subResults: effect.payload.subResults?.filter(isKept) ?? null },
          }
        : effect,
    ),
  }));

test('is silent while an evidence probe reports its controls', () => {
  expect(noticed(audited())).toEqual(new Set());
  expect(noticed(audited([unmet(120_000)]))).toEqual(new Set());
});

test.each<[string, (control: SubResult) => boolean]>([
  ['that passed', ({ status }) => status === 'fail'],
  ['that failed', ({ status }) => status === 'pass'],
  ['that an override has downgraded', ({ overrideReason }) => overrideReason === null],
  ['whose override has no reason', ({ overrideReason }) => overrideReason !== ''],
  ['that are only observed', ({ effectiveMode }) => effectiveMode !== 'observe'],
  ['that are disabled', ({ effectiveMode }) => effectiveMode !== 'disabled'],
  ['with an article', ({ article }) => article === null],
  ['without a framework', ({ framework }) => framework !== ''],
])('notices a report that leaves out controls %s', (_, isKept) => {
  expect(noticed(audited(), onlyControls(isKept))).toContain('probes');
});

test('notices an override without a reason that is reported as none', () => {
  const change = agentInput('ProbeOutcome', (input) => ({
    ...input,
    subResults: input.subResults?.map((one) => ({ ...one, overrideReason: one.overrideReason || null })) ?? null,
  }));
  expect(noticed(audited(), change)).toContain('probes');
});

test('notices a failing probe that is reported as passed because its controls are met', () => {
  const failing = audited([after(0, { type: 'fail-probe', hosts: ['a1'], probe: 'controls', forMs: 60_000 })]);
  const change = agentInput('ProbeOutcome', (input) =>
    input.subResults === null ? input : { ...input, status: 'pass' },
  );
  expect(noticed(failing)).toEqual(new Set());
  expect(noticed(failing, change)).toContain('probes');
});

// A scenario file refuses an unknown mode, so no run of one comes to this.
test('notices an unknown mode that counts as observe', () => {
  const unknown = alone([], { probeSets: [[{ ...EVIDENCE, kind: 'http', mode: 'strict' }]] });
  const asObserve = agent({
    declaredProbes: (definitions) =>
      AGENT_RULES.declaredProbes(definitions.map((probe) => ({ ...probe, mode: 'observe' }))),
  });
  expect(noticed(unknown)).toEqual(new Set());
  expect(noticed(unknown, asObserve)).toContain('probes');
});
