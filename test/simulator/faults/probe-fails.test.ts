import { expect, test } from 'vitest';
import { simulate } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

test('a probe that fails after convergence is noticed by nobody: the agent does not probe any more', () => {
  const run = simulate(
    scenarioOf(`
fleet: { channels: { stable: { hosts: { web: 2 }, soak: 10m } } }
steps: [{ when: web-01 is Converged, after: 10m, do: fail-probe, hosts: web-01 }]
`),
  );
  expect(run.outcome).toBe('terminal');
  // The run goes on for long enough to see a probe fail, if one ran.
  expect(run.endedRunMs).toBeGreaterThan(25 * 60_000);
  expect(run.faults.find(({ fault }) => fault === 'probe-fails')).toMatchObject({ askedFor: true, count: 0 });
});
