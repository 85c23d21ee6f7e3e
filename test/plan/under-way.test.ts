import { describe, expect, test } from 'vitest';
import { goingOn, planScenario, type PlanInput, type RolloutLog } from '../../src/plan/index.ts';
import { asRunMs, rolloutsOf, RunHistory, simulate, type RunEvent, type Scenario } from '../../src/simulator/index.ts';
import { fleetOf, inputOf, MINUTE_MS, type FleetSketch } from './support/plan-fleets.ts';

const SKETCH: FleetSketch = {
  channels: { stable: [['a'], ['b', 'c', 'd']], edge: [['e', 'f']] },
  release: 'r2',
  soaks: [30, 20],
  budget: 2,
};

const scenarioOf = (input: PlanInput): Scenario => {
  const made = planScenario(input);
  if (!made.ok) throw new Error('no scenario');
  return made.scenario;
};

interface Logged {
  readonly endedMs: number;
  readonly cut: (runMs: number) => RolloutLog;
}

function logged(scenario: Scenario): Logged {
  const events: RunEvent[] = [];
  const { rollouts } = simulate(scenario, { keep: 'all', onEvent: (event) => events.push(event) });
  const { startAt } = scenario;
  return {
    endedMs: Math.max(...rollouts.map(({ sinceRunMs }) => sinceRunMs ?? 0)),
    cut: (runMs) => ({
      events: events.filter((event) => event.runMs <= runMs),
      startAt,
      endedRunMs: asRunMs(runMs),
    }),
  };
}

describe('a rollout that continues from its log', () => {
  const input = inputOf(fleetOf(SKETCH));
  const real = logged(scenarioOf(input));

  test.each([0.05, 0.3, 0.5, 0.7, 0.9, 0.99])('ends at the same time, cut after %d of it', (share) => {
    const cutMs = Math.floor(real.endedMs * share);
    const log = real.cut(cutMs);
    const { outcome, rollouts } = simulate(scenarioOf({ ...input, log, seed: 7 }), { judged: false });
    expect(outcome).toBe('terminal');
    const endedMs = cutMs + Math.max(...rollouts.map(({ sinceRunMs }) => sinceRunMs ?? 0));
    // The durations of activations not yet begun are drawn anew, each up to two minutes.
    expect(Math.abs(endedMs - real.endedMs)).toBeLessThan(6 * MINUTE_MS);
  });

  test.each([0.3, 0.6, 0.9])('switches no host twice, and keeps its state, cut after %d of it', (share) => {
    const cutMs = Math.floor(real.endedMs * share);
    const log = real.cut(cutMs);
    const scenario = scenarioOf({ ...input, log, seed: 7 });
    const before = new RunHistory(rolloutsOf(scenario), 'all');
    for (const event of log.events) before.take(event);
    const { history } = simulate(scenario, { keep: 'all', judged: false });
    for (const { hostname, rollout, view } of before.hosts) {
      const rolloutId = before.rollouts[rollout]?.rollout.rolloutId ?? '';
      const track = history.trackOf(rolloutId, hostname);
      if (track === null) throw new Error(`${hostname} is gone`);
      expect([hostname, history.viewAt(track, 0).state]).toEqual([hostname, view.state]);
      const acknowledged = track.events.filter(
        (each) => each.type === 'EventAccepted' && each.event.type === 'DispatchAck',
      );
      expect(acknowledged).toHaveLength(view.state === 'Pending' ? 1 : 0);
    }
  });

  test('a host with a synthesized completion runs its target, and keeps its event number', () => {
    const of = { hostname: 'a', rolloutId: 'stable@r2' };
    const [dispatchedRunMs, seenRunMs] = [asRunMs(1000), asRunMs(90_000)];
    const events: RunEvent[] = [
      { type: 'HostDispatched', ...of, runMs: dispatchedRunMs, wave: 0, soakDueRunMs: null },
      { type: 'HostTransition', ...of, runMs: dispatchedRunMs, from: 'Pending', to: 'Activating' },
      { type: 'EventSynthesized', ...of, runMs: seenRunMs, eventType: 'RemoteActivationCompleted', seq: 3 },
      { type: 'HostTransition', ...of, runMs: seenRunMs, from: 'Activating', to: 'Soaking' },
    ];
    const { scenario } = goingOn(scenarioOf(input), { events, startAt: 0, endedRunMs: asRunMs(100_000) });
    expect(scenario.hosts.find(({ hostname }) => hostname === 'a')).toMatchObject({
      runningClosure: 'a-r2',
      underWay: { record: { state: 'Soaking', lastEventSeq: 3 } },
    });
  });

  test('counts its hosts by state', () => {
    const { states, rolloutIds } = goingOn(scenarioOf(input), real.cut(10 * MINUTE_MS));
    expect(rolloutIds).toEqual(['edge@r2', 'stable@r2']);
    expect(Object.fromEntries(states)).toEqual({ Soaking: 2, Pending: 4 });
  });

  test('does not count a host that is in no rollout, such as a pinned one', () => {
    const scenario = scenarioOf(input);
    const [pinned, ...hosts] = scenario.hosts;
    if (pinned === undefined) throw new Error('no host');
    const without = { ...scenario, hosts: [{ ...pinned, hostname: 'pinned' }, ...hosts] };
    const { states } = goingOn(without, real.cut(10 * MINUTE_MS));
    expect([...states.values()].reduce((sum, count) => sum + count)).toBe(hosts.length);
  });

  test('of another release only says what its hosts run', () => {
    const next = inputOf(fleetOf({ ...SKETCH, release: 'r3' }));
    const { scenario, rolloutIds } = goingOn(scenarioOf(next), real.cut(real.endedMs));
    expect(rolloutIds).toEqual([]);
    expect(scenario.hosts.map(({ runningClosure, underWay }) => [runningClosure, underWay])).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((hostname) => [`${hostname}-r2`, undefined]),
    );
  });
});
