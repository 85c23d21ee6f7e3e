import { describe, expect, it } from 'vitest';
import { step } from '../../src/machine/step.ts';
import { assertStep, walkByOracle } from '../support/assert-step.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { everyGeneration } from '../support/generated-paths.ts';

describe('step does what the specification says, at every event of', () => {
  it.each(everyGeneration)('$title', ({ generation }) => {
    for (const path of generation.paths) {
      walkByOracle(path, ({ event, now }, before, expected, index) => {
        const actual = step(deepFreeze(before), deepFreeze(event), now, deepFreeze(path.policy));
        assertStep(path, index, actual, expected);
      });
    }
    expect(generation.paths.length).toBeGreaterThan(0);
  });
});
