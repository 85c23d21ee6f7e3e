import type { RolloutManifest } from '../../../src/fleet/index.ts';
import type { FaultRates, Scenario, ScenarioStep } from '../../../src/simulator/index.ts';
import { RandomStreams, type RandomStream } from '../../../src/simulator/random-streams.ts';
import { EVERY_FAULT } from './rough-days.ts';
import { after, budgetOf, MINUTE, scenarioWith, sketch, type RolloutSketch } from './small-fleets.ts';

/**
 * A few hosts, and everything else drawn: waves, edges, budgets, soaks, releases that follow each other quickly and share
 * closures or come back, and how often each fault happens, from never to all the time. Small, so that thousands can be
 * run, and strange, so that they meet what nobody would write down.
 */
export function strangeDay(seed: number): Scenario {
  const streams = new RandomStreams<'day' | 'later'>(seed);
  const random = streams.of('strange', 'day');
  const later = streams.of('strange', 'later');
  const oneIn = (count: number): boolean => random.happens(1 / count);
  const hosts = Array.from({ length: random.between(1, 6) }, (_, at) => `h${at + 1}`);
  const edge = oneIn(2) ? ['e1'] : [];
  const waves: string[][] = Array.from({ length: random.between(1, 4) }, () => []);
  for (const host of hosts) waves[random.between(0, waves.length - 1)]?.push(host);
  const [first = 'h1', second] = hosts;
  const stable: RolloutSketch = {
    waves,
    soakMinutes: random.between(0, 12),
    edges: second !== undefined && oneIn(3) ? [[first, second]] : [],
    waitsFor: edge.length > 0 ? ['edge'] : [],
    budgets: oneIn(2) ? [budgetOf([...hosts, ...edge], random.between(1, 3))] : [],
    onHealthFailure: oneIn(3) ? 'halt' : 'rollback-and-halt',
  };
  const release = (ref: string): readonly RolloutManifest[] => {
    const shared = oneIn(2) ? { closure: () => `c${random.between(1, 2)}` } : {};
    const ofEdge = edge.length > 0 ? [sketch({ channel: 'edge', ref, waves: [edge], soakMinutes: 2, ...shared })] : [];
    return [...ofEdge, sketch({ ...stable, ref, ...shared })];
  };
  const releases = Array.from({ length: random.between(0, 4) }, (_, at) =>
    release(`r${oneIn(4) ? random.between(1, at + 2) : at + 2}`),
  );
  const known = new Map<string, RolloutManifest>();
  const firstRelease = release('r1');
  // A ref means the same wherever it is named.
  const fixed = (rollouts: readonly RolloutManifest[]): readonly RolloutManifest[] =>
    rollouts.map((rollout) => {
      if (!known.has(rollout.rolloutId)) known.set(rollout.rolloutId, rollout);
      return known.get(rollout.rolloutId) ?? rollout;
    });
  const rollouts = fixed(firstRelease);
  const released = [firstRelease, ...releases].map(([first]) => first?.channelRef);
  const steps: ScenarioStep[] = releases.map((later) =>
    after(random.between(1, 110), { type: 'publish', rollouts: fixed(later) }),
  );
  return scenarioWith(rollouts, {
    title: 'A strange day',
    seed,
    rates: {
      ...ratesOf((name) => factorFrom(LATER.has(name) ? later : random)),
      // A backup brings a replaced release back for good (docs/findings.md).
      ...(new Set(released).size < released.length ? { backupRestoresPerHour: 0 } : {}),
    },
    steps,
    settle: { faultsUntilMs: 120 * MINUTE, withinMs: 600 * MINUTE },
    untilMs: 30 * 24 * 60 * MINUTE,
  });
}

/** Newer than some seeds in tests. They have a stream of their own, so that such a day stays as it was. */
const LATER: ReadonlySet<string> = new Set<keyof FaultRates>(['retentionExpiresPerHour']);

function factorFrom(random: RandomStream): number {
  return random.happens(1 / 2) ? 0 : random.between(1, 40) / 4;
}

function ratesOf(factor: (name: string) => number): FaultRates {
  const entries = Object.entries(EVERY_FAULT).map(([name, rate]: [string, unknown]) => {
    if (typeof rate !== 'number') return [name, rate];
    const times = factor(name);
    return [
      name,
      name.includes('PerHour') || name.startsWith('clock')
        ? rate * Math.min(times, name.startsWith('clock') ? 1 : 10)
        : Math.min(0.6, rate * times),
    ];
  });
  // The same names as in `EVERY_FAULT`, each with a value of its kind.
  return Object.fromEntries(entries) as FaultRates;
}
