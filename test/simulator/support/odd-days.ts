import type { Scenario, ScenarioAction, ScenarioHost, Span } from '../../../src/simulator/index.ts';
import { RandomStreams, type RandomStream } from '../../../src/simulator/random-streams.ts';
import { after, MINUTE } from './small-fleets.ts';
import { strangeDay } from './strange-days.ts';

/** How long messages take, one way: nothing, always the same, or long enough to meet the next heartbeat. */
const LATENCIES: readonly Span[] = [
  { minMs: 0, maxMs: 0 },
  { minMs: 1, maxMs: 3 },
  { minMs: 40, maxMs: 40 },
  { minMs: 20, maxMs: 900 },
  { minMs: 2_400, maxMs: 2_400 },
  { minMs: 1, maxMs: 6_000 },
  { minMs: 20_000, maxMs: 31_000 },
];

/** A strange day on which hosts are also struck by script, with settings that nobody would choose. */
export function oddDay(seed: number): Scenario {
  const day = strangeDay(seed);
  const random = new RandomStreams<'odd'>(seed).of('odd', 'odd');
  const names = day.hosts.map(({ hostname }) => hostname);
  const steps = Array.from({ length: random.between(0, 6) }, () =>
    after(random.between(0, 100), actionOf(random, names)),
  );
  return {
    ...day,
    steps: [...day.steps, ...steps],
    hosts: day.hosts.map((host): ScenarioHost => ({
      ...host,
      joinsAtMs: random.happens(0.1) ? random.between(1, 60) * MINUTE : host.joinsAtMs,
      clockSkewMs: random.happens(0.2) ? random.between(-90_000, 90_000) : host.clockSkewMs,
    })),
    agent: { ...day.agent, tickSecs: random.pick([10, 10, 7, 3]), heartbeatSecs: random.pick([60, 60, 25, 10]) },
    network: { ...day.network, latency: random.pick(LATENCIES) },
    durations: { ...day.durations, planIntervalMs: random.pick([15_000, 15_000, 1_000, 70_000]) },
    probeSets: day.probeSets.map((set) => set.map((probe) => ({ ...probe, intervalSecs: random.pick([5, 30, 60]) }))),
  };
}

function actionOf(random: RandomStream, names: readonly string[]): ScenarioAction {
  const hosts = [random.pick(names), ...names.filter(() => random.happens(0.3))];
  const lasts = (): number => random.between(1, 10 * MINUTE);
  return random.pick<() => ScenarioAction>([
    () => ({
      type: 'crash',
      hosts,
      afterEffects: random.pick([null, 0, 1]),
      downMs: null,
      losesTail: random.happens(0.5),
    }),
    () => ({ type: 'reboot', hosts, offMs: lasts() }),
    () => ({ type: 'take-offline', hosts, forMs: lasts() }),
    () => ({ type: 'partition', hosts, forMs: lasts() }),
    () => ({ type: 'slow-link', hosts, extraMs: random.between(1, 90_000), forMs: lasts() }),
    () => ({
      type: 'lose-messages',
      hosts,
      what: random.pick(['requests', 'answers', 'both'] as const),
      forMs: lasts(),
    }),
    () => ({ type: 'duplicate-messages', hosts, forMs: lasts() }),
    () => ({ type: 'set-clock', hosts, skewMs: random.between(-200_000, 200_000), driftPpm: random.pick([0, 400]) }),
    () => ({ type: 'defer-activation', hosts, component: 'kernel', rebootAfterMs: lasts(), times: 1 }),
    () => ({ type: 'fail-probe', hosts, probe: null, forMs: lasts() }),
    () => ({ type: 'restart-control-plane', downMs: lasts() }),
    () => ({ type: 'lose-database', downMs: lasts() }),
  ])();
}
