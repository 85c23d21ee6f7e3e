import { describe, expect, test } from 'vitest';
import { FLEET, MINUTE, runYaml } from '../support/run-yaml.ts';

describe('stop-signing', () => {
  test('nothing happens within the freshness window of the channel', () => {
    const { run: result, events } = runYaml(`${FLEET}steps: [{ at: 0s, do: stop-signing, for: 1h }]`);
    expect(result.outcome).toBe('terminal');
    expect(events.some(({ type }) => type === 'Logged')).toBe(false);
  });

  test('from its end until the next signature, no dispatch is acted on', () => {
    const { events } = runYaml(
      `${FLEET.replace('soak: 10m', 'soak: 90m')}steps: [{ at: 10m, do: stop-signing, for: 3h }]`,
    );
    const started = events.filter((event) => event.type === 'AgentTransition' && event.to === 'Activating');
    const moments = started.map(({ runMs }) => Math.floor(runMs / MINUTE));
    expect(moments).toEqual([0, 190, 190]);
  });
});
