import { describe, expect, test } from 'vitest';
import { dispatchesOf, FLEET, MINUTE, runYaml } from '../support/run-yaml.ts';

describe('set-control-plane-clock', () => {
  test.each([
    ['behind: 1d', false],
    ['ahead: 1d', true],
  ])('%s: soaks end by it, and no promise is broken', (settings, isLonger) => {
    const { run: result, events } = runYaml(`${FLEET}steps: [{ at: 0s, do: set-control-plane-clock, ${settings} }]`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const [first] = dispatchesOf(events, 'web-02');
    // The first wave was dispatched before the clock was set.
    expect(first).toBeGreaterThan(9 * MINUTE);
    expect(result.endedRunMs > 24 * 60 * MINUTE).toBe(isLonger);
  });

  test('set back after a lost database, it does not stop dispatching until it has caught up', () => {
    const { run: result } = runYaml(
      `${FLEET}steps:
  - { at: 5m, do: lose-database, down: 10s }
  - { at: 5m20s, do: set-control-plane-clock, behind: 1d }
`,
    );
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    expect(result.endedRunMs).toBeLessThan(60 * MINUTE);
  });
});
