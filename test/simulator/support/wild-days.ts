import type { Scenario, ScenarioAction } from '../../../src/simulator/index.ts';
import { RandomStreams, type RandomStream } from '../../../src/simulator/random-streams.ts';
import { oddDay } from './odd-days.ts';
import { after, MINUTE } from './small-fleets.ts';

const DAY = 24 * 60 * MINUTE;
/** From a second to an hour. */
const INTERVALS_SECS = [1, 5, 10, 30, 60, 300, 900, 3_600];

/**
 * An odd day with clocks up to a day off, intervals from a second to an hour, and a control plane that is killed, goes
 * back to a backup, and has its clock set.
 */
export function wildDay(seed: number): Scenario {
  const day = oddDay(seed);
  const random = new RandomStreams<'wild'>(seed).of('wild', 'wild');
  const secs = (): number => random.pick(INTERVALS_SECS);
  const refs = [day.rollouts, ...day.steps.flatMap((step) => (step.do.type === 'publish' ? [step.do.rollouts] : []))];
  const isBackToAnOlderRef = new Set(refs.map(([first]) => first?.channelRef)).size < refs.length;
  const steps = Array.from({ length: random.between(0, 3) }, () =>
    after(random.between(0, 110), actionOf(random, isBackToAnOlderRef)),
  );
  const heartbeatSecs = secs();
  return {
    ...day,
    title: 'A wild day',
    steps: [...day.steps, ...steps],
    hosts: day.hosts.map((host) => (random.happens(0.3) ? { ...host, clockSkewMs: random.between(-DAY, DAY) } : host)),
    agent: {
      ...day.agent,
      heartbeatSecs,
      tickSecs: secs(),
      bootAnswerSecs: random.pick([1, 30, 300]),
      sustainedFailureSecs: secs(),
      retry: {
        firstMs: random.pick([100, 1_000, 60_000]),
        capMs: random.pick([60_000, 600_000, 3_600_000]),
        factor: 2,
      },
    },
    network: { ...day.network, longPollMs: secs() * 1000, requestTimeoutMs: random.pick([5_000, 30_000, 600_000]) },
    durations: { ...day.durations, planIntervalMs: secs() * 1000 },
    probeSets: day.probeSets.map((set) => set.map((probe) => ({ ...probe, intervalSecs: secs() }))),
    settle: { faultsUntilMs: 120 * MINUTE, withinMs: 20 * DAY },
    untilMs: 60 * DAY,
  };
}

function actionOf(random: RandomStream, isBackToAnOlderRef: boolean): ScenarioAction {
  const downMs = (): number => random.between(1, 10 * MINUTE);
  return random.pick<() => ScenarioAction>([
    () => ({ type: 'kill-control-plane', afterEffects: random.between(0, 8), downMs: downMs() }),
    () => ({ type: 'set-control-plane-clock', skewMs: random.between(-DAY, DAY), driftPpm: random.pick([0, 400]) }),
    // A backup brings a replaced release back for good (docs/findings.md).
    () =>
      isBackToAnOlderRef
        ? { type: 'lose-database', downMs: downMs() }
        : { type: 'restore-backup', ageMs: random.between(0, 100) * MINUTE, momentMs: null, downMs: downMs() },
  ])();
}
