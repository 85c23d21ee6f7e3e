import { expect, it } from 'vitest';
import type { Scenario } from '../../../../src/simulator/index.ts';
import type { DemoChoice } from '../../../../src/visualize/play/run-place.ts';
import { requestOfVariant, variantOfScenario } from '../../../../src/visualize/web/fleet/scenario-variant.ts';
import { readExample } from '../../../support/read-example.ts';

const scenarioNamed = (name: string): Scenario => readExample(`scenarios/${name}`).scenario;

/** The policies of every release of a scenario. */
const policiesOf = ({ rollouts, steps }: Scenario): readonly string[] =>
  [...rollouts, ...steps.flatMap((step) => ('rollouts' in step.do ? step.do.rollouts : []))].map(
    ({ policy }) => policy.onHealthFailure,
  );

const opposite = (policy: string): string => (policy === 'halt' ? 'rollback-and-halt' : 'halt');

it('another seed changes nothing else', () => {
  const scenario = scenarioNamed('harbour-on-a-rough-day.yaml');
  const variant = variantOfScenario(scenario, 'another seed');
  expect(variant.seed).not.toBe(scenario.seed);
  expect({ ...variant, seed: scenario.seed, title: scenario.title }).toEqual(scenario);
});

it('the other policy applies in every release, and applying it twice restores the first', () => {
  const scenario = scenarioNamed('a-boot-that-falls-back.yaml');
  const policies = policiesOf(scenario);
  expect(policies.length).toBeGreaterThan(scenario.rollouts.length);
  const variant = variantOfScenario(scenario, 'the other policy');
  expect(policiesOf(variant)).toEqual(policies.map(opposite));
  expect(variant.declared).toBeUndefined();
  expect(policiesOf(variantOfScenario(variant, 'the other policy'))).toEqual(policies);
});

it('a generated fleet stays generated, so that its link stays short', () => {
  const choice: DemoChoice = { hosts: 50, waves: 1, seed: 1, onHealthFailure: 'halt', trouble: 'none' };
  const generated = { type: 'generated', choice } as const;
  expect(requestOfVariant(generated, 'another seed')).toEqual({ type: 'generated', choice: { ...choice, seed: 2 } });
  const other = { ...choice, onHealthFailure: 'rollback-and-halt' };
  expect(requestOfVariant(generated, 'the other policy')).toEqual({ type: 'generated', choice: other });
  const file = { type: 'fleet', name: 'fleet.json', text: '{}' } as const;
  expect(requestOfVariant(file, 'another seed')).toEqual({ type: 'variant', of: file, variant: 'another seed' });
});
