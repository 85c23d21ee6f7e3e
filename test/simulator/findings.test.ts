import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { controlPlaneCore } from '../../src/control-plane/index.ts';
import { overdrawnBudgets, simulate, type Run, type RunEvent, type Scenario } from '../../src/simulator/index.ts';
import { findUnmet } from '../../src/simulator/scenario-file/index.ts';
import { readExample } from '../support/read-example.ts';
import { MINUTE } from './support/small-fleets.ts';

const folder = new URL('../../examples/findings/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort();
const prose = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');

const read = (file: string) => readExample(`findings/${file}`);

function run(scenario: Scenario): { readonly run: Run; readonly events: readonly RunEvent[] } {
  const events: RunEvent[] = [];
  return { run: simulate(scenario, { onEvent: (event) => events.push(event) }), events };
}

const dispatched = (events: readonly RunEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'HostDispatched' ? [event.hostname] : []));

const reached = (events: readonly RunEvent[], host: string, state: string): number =>
  events.find((event) => event.type === 'AgentTransition' && event.hostname === host && event.to === state)?.runMs ??
  Number.NaN;

describe('what simulation showed about the protocol', () => {
  test.each(files)('%s shows it, and breaks a promise only where it says so', (file) => {
    const { scenario, expectation } = read(file);
    const result = simulate(scenario);
    expect(result.violations.length > 0).toBe(expectation?.exit === 3);
    expect(expectation).not.toBeNull();
    if (expectation !== null) expect(findUnmet(expectation, result)).toEqual([]);
    expect(prose, 'is described in docs/findings.md').toContain(`examples/findings/${file}`);
  });

  test('an old blip: without it, the same failure does no harm', () => {
    const { scenario } = read('an-old-blip-fails-a-host-at-once.yaml');
    expect(simulate({ ...scenario, steps: scenario.steps.slice(1) }).outcome).toBe('terminal');
    const { events } = run(scenario);
    expect(reached(events, 'web-01', 'Failed') - 20 * MINUTE).toBeLessThan(1.5 * MINUTE);
  });

  test('back to an older release: the report says why the host does nothing', () => {
    const { run: result } = run(read('back-to-an-older-release-after-a-lost-database.yaml').scenario);
    expect(result.holds).toMatchObject([{ blocker: { heldBy: 'not-acknowledged' } }]);
  });

  test('a deferred canary: ten hosts get the bad release before a probe has run', () => {
    const { events } = run(read('a-deferred-canary-lets-everything-through.yaml').scenario);
    const firstProbe = events.findIndex(
      (event) => event.type === 'EventAccepted' && event.event.type === 'ProbeResult',
    );
    expect(dispatched(events.slice(0, firstProbe))).toHaveLength(12);
  });

  test('a host that ran it already: converges without a probe', () => {
    const { events } = run(read('a-host-that-ran-it-already-is-never-probed.yaml').scenario);
    expect(
      events.some(
        (event) => event.type === 'EventAccepted' && event.hostname === 'web-01' && event.event.type === 'ProbeResult',
      ),
    ).toBe(false);
  });

  test('a clock that is ahead: seconds of soak instead of half an hour', () => {
    const { events } = run(read('a-clock-that-is-ahead-skips-the-soak.yaml').scenario);
    const soak = (host: string): number => reached(events, host, 'Converged') - reached(events, host, 'Soaking');
    expect(soak('web-01')).toBeLessThan(MINUTE);
    expect(soak('web-02')).toBeGreaterThan(29 * MINUTE);
  });

  test('a late host: minutes of soak in place of half an hour, and the next wave starts', () => {
    const { run: result, events } = run(read('a-late-host-does-not-soak.yaml').scenario);
    const canary = result.rollouts[0]?.waves[0]?.hosts[0];
    expect(canary?.soakedMs).toBeLessThan(2 * MINUTE);
    expect(dispatched(events)).toHaveLength(6);
  });

  test('a broken host: the other one of the budget is taken too, and the run says so', () => {
    const { run: result } = run(read('a-broken-host-is-not-in-the-budget.yaml').scenario);
    expect(overdrawnBudgets(result.history)).toMatchObject([
      { hostname: 'web-02', summary: 'tags:web', limit: 1, inFlight: 1, uncounted: ['web-01'] },
    ]);
    const whole = { ...read('a-broken-host-is-not-in-the-budget.yaml').scenario, steps: [] };
    expect(overdrawnBudgets(run(whole).run.history)).toEqual([]);
  });

  test('a backup with greater numbers: the host runs the release that the control plane has as rolled back', () => {
    const { scenario } = read('a-backup-has-greater-numbers.yaml');
    const closures: string[] = [];
    const result = simulate(scenario, {
      onObservation: (seen) => void (seen.type === 'ClosureChanged' && closures.push(seen.closure)),
    });
    expect(closures).toEqual(['web-01-release-1', 'old-web-01', 'web-01-release-1']);
    expect(result.history.trackOf('stable@release-1', 'web-01')?.targetClosure).toBe('web-01-release-1');
  });

  test('an outbox that is never empty: with rarer probes, the record is taken over', () => {
    const { scenario } = read('an-outbox-that-is-never-empty.yaml');
    const probeSets = scenario.probeSets.map((probes) => probes.map((probe) => ({ ...probe, intervalSecs: 150 })));
    expect(simulate({ ...scenario, probeSets }).holds).toMatchObject([{ state: 'Soaking' }]);
    expect(simulate(scenario).holds).toMatchObject([{ state: 'Activating' }]);
  });

  test('a halted rollout continues, at once and to all hosts, if a new control plane does not wait for heartbeats', () => {
    const { scenario } = read('a-halted-rollout-goes-on-after-a-lost-database.yaml');
    const soon = { ...scenario, steps: scenario.steps.filter(({ do: action }) => action.type !== 'partition') };
    expect(dispatched(run(soon).events)).toEqual(['web-01']);
    const events: RunEvent[] = [];
    simulate(soon, {
      cores: {
        wrapControlPlane: (core) => ({
          ...core,
          start: (config) => controlPlaneCore().start({ ...config, dispatchFrom: null }),
        }),
      },
      onEvent: (event) => events.push(event),
    });
    expect(dispatched(events).length).toBeGreaterThan(1);
  });
});
