import { describe, expect, test } from 'vitest';
import { FLEET, runYaml } from '../support/run-yaml.ts';

describe('kill-control-plane', () => {
  test.each([0, 1, 2, 3, 5, 8])('after %i effects: nothing is lost, and nothing happens twice', (afterEffects) => {
    for (const at of ['0s', '46s', '5m', '10m']) {
      const { run: result, events } = runYaml(
        `${FLEET}steps: [{ at: ${at}, do: kill-control-plane, after-effects: ${afterEffects}, down: 30s }]`,
      );
      expect([result.outcome, result.violations]).toEqual(['terminal', []]);
      const accepted = events.filter((event) => event.type === 'EventAccepted').map((event) => JSON.stringify(event));
      expect(new Set(accepted).size).toBe(accepted.length);
    }
  });

  test('before anything is stored, the input is not taken', () => {
    const { events } = runYaml(`${FLEET}steps: [{ at: 30s, do: kill-control-plane, after-effects: 0, down: 30s }]`);
    const killed = events.find((event) => event.type === 'Fault');
    const sameMoment = events.filter((event) => event.runMs === killed?.runMs && event.type === 'EventAccepted');
    expect(sameMoment).toEqual([]);
  });
});
