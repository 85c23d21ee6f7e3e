import { describe, expect, test } from 'vitest';
import { simulate, type Run, type RunEvent, type Scenario } from '../../src/simulator/index.ts';
import { resultReport } from '../../src/simulator/report/index.ts';
import { readScenario } from '../../src/simulator/scenario-file/index.ts';

interface Channel {
  readonly hosts: readonly string[];
  readonly soakMinutes: number;
}

function fleetText(commit: string, channels: Readonly<Record<string, Channel>>, maxInFlight: number | null): string {
  const entries = Object.entries(channels);
  const selector = { tags: [], tagsAny: [], hosts: [], channel: null, all: true };
  return JSON.stringify({
    schemaVersion: 1,
    hosts: Object.fromEntries(
      entries.flatMap(([channel, { hosts }]) =>
        hosts.map((name) => [
          name,
          { system: 'x86_64-linux', tags: [], channel, closureHash: `${name}-${commit}`, pubkey: null },
        ]),
      ),
    ),
    channels: Object.fromEntries(
      entries.map(([name]) => [
        name,
        {
          rolloutPolicy: name,
          reconcileIntervalMinutes: 5,
          freshnessWindow: 1440,
          signingIntervalMinutes: 60,
          compliance: { mode: 'disabled', frameworks: [] },
        },
      ]),
    ),
    rolloutPolicies: Object.fromEntries(
      entries.map(([name, { soakMinutes }]) => [
        name,
        { strategy: 'all-at-once', waves: [{ selector, soakMinutes }], healthGate: {}, onHealthFailure: 'halt' },
      ]),
    ),
    waves: Object.fromEntries(entries.map(([name, { hosts, soakMinutes }]) => [name, [{ hosts, soakMinutes }]])),
    edges: [],
    disruptionBudgets: maxInFlight === null ? [] : [{ selector, maxInFlight, maxInFlightPct: null }],
    meta: { schemaVersion: 1, signedAt: null, ciCommit: commit },
  });
}

function scenarioOf(files: Readonly<Record<string, string>>, text: string): Scenario {
  const read = readScenario(`fleet: { file: one.json }\n${text}`, {
    readFile: (path) => files[path] ?? { message: 'does not exist', remedy: 'Write it.' },
  });
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return read.scenario;
}

function problemsOf(files: Readonly<Record<string, string>>, text: string): readonly string[] {
  const read = readScenario(`fleet: { file: one.json }\n${text}`, {
    readFile: (path) => files[path] ?? { message: 'does not exist', remedy: 'Write it.' },
  });
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

function run(scenario: Scenario): { readonly run: Run; readonly events: readonly RunEvent[] } {
  const events: RunEvent[] = [];
  return { run: simulate(scenario, { onEvent: (event) => events.push(event) }), events };
}

const stateOf = (of: Run, rolloutId: string): string | null =>
  of.rollouts.find((rollout) => rollout.rolloutId === rolloutId)?.state ?? null;

const ONE = fleetText('c1', { a: { hosts: ['h1', 'h2', 'h3'], soakMinutes: 30 } }, 1);

describe('another fleet file, published midway', () => {
  test('hosts join, leave and move, and the event log and the report say so', () => {
    const two = fleetText(
      'c2',
      { a: { hosts: ['h2', 'h4'], soakMinutes: 5 }, b: { hosts: ['h1'], soakMinutes: 5 } },
      1,
    );
    const { run: result, events } = run(
      scenarioOf({ 'one.json': ONE, 'two.json': two }, 'steps: [{ at: 10m, do: publish, fleet: two.json }]'),
    );
    expect(result.violations).toEqual([]);
    expect(result.outcome).toBe('terminal');
    expect(events.find(({ type }) => type === 'FleetChanged')).toMatchObject({
      joined: ['h4'],
      left: ['h3'],
      moved: [{ hostname: 'h1', from: 'a', to: 'b' }],
    });
    expect(resultReport(result, { width: 200, colour: false })).toContain(
      'the fleet changes: h4 joins; h3 leaves; h1 moves from a to b',
    );
    const booted = events.find((event) => event.type === 'AgentBooted' && event.hostname === 'h4');
    expect(booted?.runMs).toBeGreaterThanOrEqual(600_000);
  });

  test('a host in flight counts against a budget on its new channel too', () => {
    const two = fleetText(
      'c2',
      { a: { hosts: ['h2', 'h3'], soakMinutes: 5 }, b: { hosts: ['h1'], soakMinutes: 5 } },
      1,
    );
    const { run: result, events } = run(
      scenarioOf({ 'one.json': ONE, 'two.json': two }, 'steps: [{ at: 10m, do: publish, fleet: two.json }]'),
    );
    expect(result.violations).toEqual([]);
    // h1 is in flight for its old channel when the new file comes out, and no other host may be.
    const after = events.filter((event) => event.type === 'HostDispatched' && event.runMs >= 600_000);
    expect(after.map((event) => event.runMs >= 1_800_000)).toEqual([true, true, true]);
  });

  test('a channel that is gone is superseded (regression: its rollout went on beside the one of the new channel)', () => {
    const two = fleetText('c2', { b: { hosts: ['h1', 'h2', 'h3'], soakMinutes: 5 } }, 1);
    const { run: result, events } = run(
      scenarioOf({ 'one.json': ONE, 'two.json': two }, 'steps: [{ at: 10m, do: publish, fleet: two.json }]'),
    );
    expect(result.violations).toEqual([]);
    expect([stateOf(result, 'a@c1'), stateOf(result, 'b@c2')]).toEqual(['Superseded', 'Terminal']);
    const late = events.filter((event) => event.type === 'HostDispatched' && event.runMs > 600_000);
    expect(late.every((event) => event.type === 'HostDispatched' && event.rolloutId === 'b@c2')).toBe(true);
    expect(result.outcome).toBe('terminal');
  });

  test('the published fleet is what a later release is about', () => {
    const two = fleetText('c2', { a: { hosts: ['h2', 'h4'], soakMinutes: 5 } }, null);
    const { run: result } = run(
      scenarioOf(
        { 'one.json': ONE, 'two.json': two },
        'steps: [{ at: 10m, do: publish, fleet: two.json }, { at: 11m, do: publish, ref: c3 }]',
      ),
    );
    const last = result.rollouts.find(({ rolloutId }) => rolloutId === 'a@c3');
    expect(last?.waves.flatMap(({ hosts }) => hosts.map(({ hostname }) => hostname))).toEqual(['h2', 'h4']);
    expect(result.outcome).toBe('terminal');
  });

  test('a host that joins later can be named, and no fault strikes it before', () => {
    const two = fleetText('c2', { a: { hosts: ['h1', 'h4'], soakMinutes: 5 } }, null);
    const { run: result, events } = run(
      scenarioOf(
        { 'one.json': ONE, 'two.json': two },
        'steps: [{ at: 1m, do: reboot, hosts: h4 }, { at: 10m, do: publish, fleet: two.json }]',
      ),
    );
    expect(events.some((event) => event.type === 'Fault' && event.fault === 'reboot')).toBe(false);
    expect(result.outcome).toBe('terminal');
  });

  test('a mistake is reported at its step', () => {
    expect(problemsOf({ 'one.json': ONE }, 'steps: [{ at: 1m, do: publish, fleet: two.json }]')).toEqual([
      '$.steps[0].fleet: the fleet file "two.json" does not exist',
    ]);
    expect(
      problemsOf(
        { 'one.json': ONE, 'two.json': ONE },
        'steps: [{ at: 1m, do: publish, fleet: two.json, ref: c2, channels: [a] }, { at: 2m, do: publish }]',
      ),
    ).toEqual(['$.steps[0].channels: a fleet file is published as a whole', '$.steps[1]: a release needs its own ref']);
  });
});
