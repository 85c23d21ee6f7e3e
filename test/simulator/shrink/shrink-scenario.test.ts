import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENT_RULES } from '../../../src/agent/index.ts';
import { CONTROL_PLANE_RULES } from '../../../src/control-plane/index.ts';
import {
  NO_FAULTS,
  simulate,
  type Cores,
  type Outcome,
  type RunEventOf,
  type Scenario,
} from '../../../src/simulator/index.ts';
import { firstFailure } from '../../../src/simulator/many-runs/index.ts';
import { writeScenario } from '../../../src/simulator/scenario-file/index.ts';
import { minimise, pinFaults, shrinkScenario } from '../../../src/simulator/shrink/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

const rough = (): Scenario =>
  scenarioOf(`
fleet:
  channels:
    edge: { hosts: 2, soak: 5m }
    stable: { hosts: { web: 8, api: 4 }, waves: 3, soak: 10m, waits-for: edge }
  budgets: [{ tag: web, at-most: 2 }]
rates:
  agent-crashes-per-hour: 1
  crash-before-effect: 1%
  tail-lost: 50%
  reboots-per-hour: 0.5
  control-plane-restarts-per-hour: 0.5
  activation-fails: 1%
  activation-deferred: 10%
  deferred-reboot-after: 30m
  wrong-closure: 1%
  probe-fails: 1%
  probe-flaps: 1%
  probe-silent: 1%
  rollback-fails: 50%
  joins-late: 5%
  offline-for-good: 1%
  clock-skew: 5s
  clock-drift-ppm: 50
  request-lost: 2%
  answer-lost: 2%
  request-duplicated: 2%
  slow-link: 10%
  partitions-per-hour: 0.2
settle: { faults-until: 3h, within: 12h }
`);

/** With the first seed that fails. */
function firstFailing(cores: Cores, scenario: Scenario = rough(), expected: Outcome | null = null): Scenario {
  for (let seed = 1; seed <= 50; seed += 1) {
    const failing = { ...scenario, seed };
    if (firstFailure(failing, expected, { cores }) !== null) return failing;
  }
  throw new Error('The bug does not show.');
}

/** What fails when the printed scenario is read and run. */
function failureOfPrinted(scenario: Scenario, cores: Cores): string | null {
  const printed = scenarioOf(writeScenario(scenario, { comment: [], expect: {} }));
  return firstFailure(printed, null, { cores })?.what ?? null;
}

describe('minimising a list', () => {
  it('keeps exactly what is needed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { maxLength: 40 }), fc.nat({ max: 5 }), (items, count) => {
        const needed = new Set(items.filter((_, at) => at % 7 === 3).slice(0, count));
        const kept = minimise(items, (some) => [...needed].every((item) => some.includes(item)));
        expect(new Set(kept)).toEqual(needed);
      }),
    );
  });

  it('asks a bounded number of times', () => {
    let asked = 0;
    minimise(
      Array.from({ length: 256 }, (_, at) => at),
      (some) => {
        asked += 1;
        return some.length === 256;
      },
    );
    expect(asked).toBeLessThan(1200);
  });
});

describe('pinning faults', () => {
  it('writes down what came by chance, as steps', () => {
    const scenario = rough();
    const faults: RunEventOf<'Fault'>[] = [];
    simulate(scenario, { onEvent: (event) => void (event.type === 'Fault' && faults.push(event)) });
    const pinned = pinFaults(scenario, faults);
    expect(pinned.rates).toEqual(NO_FAULTS);
    expect(pinned.steps.length).toBeGreaterThan(20);
    const again = simulate(pinned);
    const counts = (of: typeof again): ReadonlyMap<string, number> =>
      new Map(of.faults.map(({ fault, count }) => [fault, count]));
    const [before, after] = [counts(simulate(scenario)), counts(again)];
    for (const fault of ['agent-crash', 'reboot', 'control-plane-restart', 'clock-skew', 'late-host', 'slow-link'])
      expect(after.get(fault), fault).toBe(before.get(fault));
    const crashes = faults.filter((fault) => fault.fault === 'crash-between-effects');
    expect(crashes.length).toBeGreaterThan(0);
    for (const { hostname, runMs, params } of crashes) {
      const step = pinned.steps.find(
        ({ when, do: action }) =>
          when.type === 'At' && when.atMs === runMs && action.type === 'crash' && action.hosts[0] === hostname,
      );
      expect(step?.do).toMatchObject({ afterEffects: params.afterEffects });
    }
    expect(after.get('request-lost')).toBeGreaterThan((before.get('request-lost') ?? 0) / 2);
  });
});

describe('shrinking', () => {
  it('has nothing to do for a run that does not fail', () => {
    const scenario = scenarioOf('fleet: { channels: { stable: { hosts: 2 } } }');
    expect(shrinkScenario(scenario, { expected: 'terminal' })).toEqual({ ok: false });
  });

  it('finds the two hosts of a budget that is not kept', () => {
    const cores: Cores = { controlPlane: { gates: CONTROL_PLANE_RULES.gates.filter((_, order) => order !== 4) } };
    const shrunk = shrinkScenario(firstFailing(cores), { cores });
    if (!shrunk.ok) throw new Error('It fails.');
    expect(shrunk.failure.what).toBe('invariant budget');
    expect(shrunk.isCutShort).toBe(false);
    expect(shrunk.scenario.hosts).toHaveLength(2);
    expect(shrunk.scenario.steps).toEqual([]);
    expect(shrunk.scenario.rates).toEqual(NO_FAULTS);
    expect(failureOfPrinted(shrunk.scenario, cores)).toBe('invariant budget');
  });

  it('finds the one host that shows an agent which uses numbers twice', () => {
    const cores: Cores = { agent: { nextSeq: (...args) => Math.min(4, AGENT_RULES.nextSeq(...args) ?? 4) } };
    const failing = firstFailing(cores);
    const shrunk = shrinkScenario(failing, { cores });
    if (!shrunk.ok) throw new Error('It fails.');
    expect(shrunk.scenario.hosts).toHaveLength(1);
    expect(failureOfPrinted(shrunk.scenario, cores)).toBe(shrunk.failure.what);
  });

  it('finds the one crash behind an agent that does not go on after one', () => {
    const cores: Cores = { agent: { resumption: () => null } };
    const scenario = scenarioOf(`
fleet: { channels: { stable: { hosts: { web: 8 }, waves: 3 } } }
rates: { agent-crashes-per-hour: 3, crash-before-effect: 1%, request-lost: 2%, reboots-per-hour: 1, slow-link: 20%, clock-skew: 3s }
settle: { faults-until: 2h, within: 6h }
`);
    const failing = firstFailing(cores, scenario, 'terminal');
    const shrunk = shrinkScenario(failing, { cores, expected: 'terminal' });
    if (!shrunk.ok) throw new Error('It fails.');
    expect(shrunk.scenario.hosts).toHaveLength(1);
    expect(shrunk.scenario.rates).toEqual(NO_FAULTS);
    expect(shrunk.scenario.steps).toHaveLength(1);
    const printed = scenarioOf(writeScenario(shrunk.scenario, { comment: [], expect: {} }));
    expect(firstFailure(printed, 'terminal', { cores })?.what).toBe(shrunk.failure.what);
    expect(firstFailure(printed, 'terminal')).toBeNull();
  });

  it('finds the deferral behind an outcome that was not expected', () => {
    const scenario = scenarioOf(`
fleet: { channels: { stable: { hosts: { web: 12 }, waves: 3 } } }
steps:
  - { at: 0s, do: defer-activation, hosts: web-*, component: kernel }
  - { at: 5m, do: reboot, hosts: web-0* }
  - { at: 6m, do: restart-control-plane }
  - { at: 0s, do: duplicate-messages, hosts: web-*, for: 2h }
`);
    const shrunk = shrinkScenario(scenario, { expected: 'terminal' });
    if (!shrunk.ok) throw new Error('It fails.');
    expect(shrunk.scenario.hosts).toHaveLength(1);
    expect(shrunk.scenario.steps.map(({ do: action }) => action.type)).toEqual(['defer-activation']);
    expect(shrunk.scenario.rollouts[0]?.waves).toHaveLength(1);
  });

  it('is the same every time, and keeps to its limit', () => {
    const cores: Cores = { controlPlane: { gates: CONTROL_PLANE_RULES.gates.filter((_, order) => order !== 2) } };
    const failing = firstFailing(cores);
    const options = { cores, maxRuns: 40 };
    expect(shrinkScenario(failing, options)).toEqual(shrinkScenario(failing, options));
    const short = shrinkScenario(failing, { cores, maxRuns: 8 });
    expect(short).toMatchObject({ ok: true, isCutShort: true, runs: 8 });
  });
});
