import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assertStep, walkByOracle } from '../support/assert-step.ts';
import { sampledGenerations } from '../support/generated-paths.ts';
import { startActor } from '../support/run-on-actor.ts';

// XState warns about events after a final state. These tests check that they change nothing.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

describe('an XState actor of the chart does what the specification says, at every event of', () => {
  it.each(sampledGenerations)('$title', ({ generation }) => {
    for (const path of generation.paths) {
      const actor = startActor(path.start, path.policy);
      walkByOracle(path, ({ event }, _before, expected, index) => {
        assertStep(path, index, actor.send(event), expected);
      });
      actor.stop();
    }
    expect(generation.paths.length).toBeGreaterThan(0);
  });
});
