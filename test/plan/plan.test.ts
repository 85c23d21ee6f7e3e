import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_SCENARIO, simulate } from '../../src/simulator/index.ts';
import { decodeFleet } from '../../src/fleet/index.ts';
import { makePlan, planScenario } from '../../src/plan/index.ts';
import { USUAL_PROBES } from '../../src/plan/plan-scenario.ts';
import { fleetOf, inputOf, MINUTE_MS, planOf } from './support/plan-fleets.ts';

const FLEETS = 'examples/fleets';

const names = readdirSync(FLEETS).filter((name) => name.endsWith('.json'));

test.each(names)('reports are rare in a plan, and do not change its course: %s', (name) => {
  const decoded = decodeFleet(readFileSync(join(FLEETS, name), 'utf8'));
  if (!decoded.ok) throw new Error(`${name} cannot be read`);
  const made = planScenario({ ...inputOf(decoded.fleet), seed: 3 });
  if (!made.ok) throw new Error(`${name} cannot be planned`);
  const { heartbeatSecs } = DEFAULT_SCENARIO.agent;
  expect(made.scenario.agent.heartbeatSecs).toBeGreaterThan(10 * heartbeatSecs);
  const hosts = made.scenario.hosts.map((host) => ({ ...host, probeSet: USUAL_PROBES }));
  const rare = simulate(made.scenario, { judged: false });
  const usual = simulate(
    { ...made.scenario, hosts, agent: { ...made.scenario.agent, heartbeatSecs } },
    { judged: false },
  );
  expect(rare.events).toBeLessThan(usual.events / 2);
  expect(rare.outcome).toBe(usual.outcome);
  expect(rare.rollouts).toEqual(usual.rollouts);
});

test('a chain of hosts that outlasts a run is refused immediately: it was called an endless rollout', () => {
  const hosts = Array.from({ length: 40 }, (_, at) => `h${at}`);
  const edges = hosts.slice(1).map((gated, at) => ({ gated, gates: `h${at}` }));
  const made = makePlan(inputOf(fleetOf({ channels: { stable: [hosts] }, release: 'r2', soaks: [6000], edges })));
  expect(made).toMatchObject({ ok: false, problems: [{ path: '$' }] });
});

test('gates that matter hold for longer than a planning pass', () => {
  const { gates } = planOf({ channels: { stable: [['a'], ['b', 'c']] }, release: 'r2' });
  expect(gates).toEqual([
    { rolloutId: 'stable@r2', gate: 'wave-promotion', budget: null, hosts: 2, longestMs: expect.any(Number) },
  ]);
  expect(gates[0]?.longestMs).toBeGreaterThan(10 * MINUTE_MS);
});
