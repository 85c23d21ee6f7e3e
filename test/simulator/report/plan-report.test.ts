import { readFileSync } from 'node:fs';
import { fleetScenario, type FleetScenarioOptions } from '../../../src/simulator/index.ts';
import { fleetOf } from '../../fleet/expect-fleet.ts';
import { describe, expect, test } from 'vitest';
import { planReport } from '../../../src/simulator/report/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

const STORM = scenarioOf(`
fleet: { channels: { stable: { hosts: { web: 12 }, waves: 2, soak: 10m } } }
steps:
  - { at: 12m, do: take-offline, hosts: web-01, for: 2h }
  - { at: 13m, do: take-offline, hosts: web-02 }
  - { at: 14m, do: partition, hosts: web-01, for: 5m }
  - { at: 15m, do: slow-link, hosts: web-01, extra: 500ms, for: 5m }
  - { at: 16m, do: crash, hosts: web-01, after-effects: 1, down: 40s, loses-tail: true }
  - { at: 17m, do: fail-activation, hosts: web-01, times: 1 }
  - { when: wave 1 starts, do: flap-probe, hosts: web-01, probe: http, period: 2m, for: 1h }
  - { when: wave 1 starts, after: 30s, do: reboot, hosts: '*' }
  - { at: 20m, do: set-clock, hosts: web-01, behind: 3m }
  - { at: 21m, do: restart-control-plane, down: 30s }
  - { at: 22m, do: publish, ref: fix }
`);

describe('planned faults', () => {
  const page = (width: number): string => planReport(STORM, { width, colour: false });

  test('is reported with its details (only its name was)', () => {
    const lines = page(200)
      .split('\n')
      .slice(page(200).split('\n').indexOf('Planned faults') + 1, page(200).split('\n').indexOf('Assumptions'));
    expect(lines.map((line) => line.replace(/ {2,}/g, ' ').trim()).filter((line) => line !== '')).toEqual([
      'at 12m web-01: offline for 2h',
      'at 13m web-02: offline for good',
      'at 14m web-01: cut off from the control plane for 5m',
      'at 15m web-01: messages take 500 ms longer each way, for 5m',
      'at 16m web-01: agent crashes in its next input, after 1 effect, down for 40s, losing events not yet on disk',
      'from 17m web-01: activation fails once',
      'when wave 1 of stable starts web-01: probe http alternately fails and passes, every 2m, for 1h',
      '30s after wave 1 of stable starts web-01, web-02, web-03, web-04, web-05 and 7 more: reboot',
      'at 20m web-01: clock is 3m behind',
      'at 21m control plane: restart, down for 30s',
    ]);
  });

  test.each([80, 120])('keeps to %i columns', (width) => {
    for (const line of page(width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });
});

test('a later release is no mishap', () => {
  const lines = planReport(STORM, { width: 200, colour: false }).split('\n');
  expect(lines[lines.indexOf('Later releases') + 1]?.replace(/ {2,}/g, ' ').trim()).toBe(
    'at 22m a new release: stable@fix',
  );
});

test('a scenario without a title is headed as a fleet file is', () => {
  expect(planReport(STORM, { width: 80, colour: false })).toMatch(/^Rollout of release-1: 12 hosts in 1 channel/);
});

const FLEET = readFileSync('examples/fleets/harbor.json', 'utf8');

function planOf(options: Partial<FleetScenarioOptions>): string {
  const made = fleetScenario(fleetOf(FLEET), { ref: 'r2', closures: new Map(), newClosures: false, ...options });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return planReport(made.scenario, { width: 200, colour: false }, made.assumptions);
}

describe('what changes, and what is assumed', () => {
  test('without a word on what runs, everything is taken as new, and the second line says so', () => {
    expect(planOf({}).split('\n')[1]).toBe(
      'Every host is assumed to run an older closure. Say what runs now with --from FLEET, or what is new with --closure HOST=HASH.',
    );
  });

  test('with the fleet that runs now, only what differs changes', () => {
    const from = JSON.parse(FLEET);
    from.hosts['web-02'].closureHash = 'older';
    from.hosts['web-03'].closureHash = null;
    const plan = planOf({ from: fleetOf(from) });
    expect(plan.split('\n')[1]).toBe('2 of 42 hosts get a new closure: web-02, web-03.');
    expect(plan).not.toContain('assumed to run an older closure');
  });

  test('with the same fleet, nothing changes', () => {
    expect(planOf({ from: fleetOf(FLEET) })).toContain('No closure changes');
  });

  test('probes, durations and unused settings are named, each with how to change it', () => {
    const plan = planOf({});
    expect(plan).toContain('Not used: healthGate of polic');
    expect(plan).toContain('no freshnessWindow expires');
    expect(plan).toContain('Every host runs the probes services every 1m, http every 1m.');
    expect(plan).toContain('A switch takes 45s');
    expect(plan).toContain('under `durations`');
  });
});

describe('a budget is shown if it may hold a host', () => {
  const shown = (waits: string, middle = 'middle'): boolean =>
    planReport(
      scenarioOf(`
fleet:
  channels:
    edge: { hosts: { web: 1 } }
    ${middle}: { hosts: { db: 1 }, waits-for: edge }
    stable: { hosts: { app: 1 }${waits} }
  tags: { all: '*-01' }
  budgets: [{ tag: all, at-most: 1 }]
`),
      { width: 80, colour: false },
    ).includes('tags:all');

  test('channels that wait for each other, directly or not, have no hosts in flight at once', () => {
    expect(shown(', waits-for: middle')).toBe(false);
    // The channel between the two comes first.
    expect(shown(', waits-for: between', 'between')).toBe(false);
  });

  test('a selector of many hosts is cut (its line was 161 columns wide)', () => {
    const names = Array.from({ length: 12 }, (_, at) => `web-${at + 10}`).join(', ');
    const plan = planReport(
      scenarioOf(`
fleet: { channels: { stable: { hosts: [${names}] } }, budgets: [{ hosts: [${names}], at-most: 1 }] }
`),
      { width: 80, colour: false },
    );
    expect(plan).toContain('hosts:web-10,web-11 and 10 more  at most 1 of 12 hosts in flight at once');
  });

  test('channels that do not may have', () => {
    expect(shown('')).toBe(true);
    expect(shown(', waits-for: edge')).toBe(true);
  });
});
