import type { RolloutManifest } from '../../../src/fleet/index.ts';
import type { Scenario, ScenarioAction, ScenarioHost } from '../../../src/simulator/index.ts';
import { RandomStreams, type RandomStream } from '../../../src/simulator/random-streams.ts';
import { after, budgetOf, MINUTE, sketch } from './small-fleets.ts';
import { wildDay } from './wild-days.ts';

/**
 * A wild day with the faults by script that odd and wild days do not have, sometimes with a host in no wave, and with
 * other fleet files midway: hosts join, leave and move to another channel.
 */
export function fullDay(seed: number): Scenario {
  const day = wildDay(seed);
  const random = new RandomStreams<'full'>(seed).of('full', 'full');
  const names = day.hosts.map(({ hostname }) => hostname);
  const faults = Array.from({ length: random.between(0, 5) }, () =>
    after(random.between(0, 100), actionOf(random, names)),
  );
  const fleets = Array.from({ length: random.pick([0, 1, 1, 2]) }, (_, at) => ({
    atMs: random.between(5, 100) * MINUTE,
    publish: fleetFile(random, day.hosts, `f${at + 1}`),
  }));
  // What follows would have the hosts where they were before.
  const fleetFrom = Math.min(...fleets.map(({ atMs }) => atMs));
  const before = day.steps.filter(
    ({ when, do: { type } }) => type !== 'publish' || (when.type === 'At' && when.atMs < fleetFrom),
  );
  const published = fleets.map(({ atMs, publish }) => ({ when: { type: 'At' as const, atMs }, do: publish }));
  const steps = [...before, ...faults, ...published];
  const joins: ScenarioHost = { ...hostOf(day), hostname: NEWCOMER, runningClosure: `r0-${NEWCOMER}`, joinsAtMs: null };
  const unstaged = random.happens(0.2) ? random.pick(names) : null;
  return {
    ...day,
    title: 'A full day',
    hosts: [...day.hosts, joins],
    // An unknown mode counts as enforce.
    probeSets: day.probeSets.map((set) =>
      set.map((probe) => (probe.mode === 'enforce' && random.happens(0.1) ? { ...probe, mode: 'strict' } : probe)),
    ),
    rollouts: day.rollouts.map((rollout) => withoutWave(rollout, unstaged)),
    steps: steps.map((step) =>
      step.do.type === 'publish'
        ? { ...step, do: { ...step.do, rollouts: step.do.rollouts.map((rollout) => withoutWave(rollout, unstaged)) } }
        : step,
    ),
  };
}

/** It is in no fleet file at first. */
const NEWCOMER = 'n1';

function hostOf({ hosts: [first] }: Scenario): ScenarioHost {
  if (first === undefined) throw new Error('The day has no host.');
  return first;
}

function fleetFile(random: RandomStream, hosts: readonly ScenarioHost[], ref: string): ScenarioAction {
  const fleetHosts = [
    ...hosts.map(({ hostname, channel }) => ({ hostname, channel })),
    { hostname: NEWCOMER, channel: 'stable' },
  ]
    .filter(() => !random.happens(0.2))
    .map((host) => (random.happens(0.15) ? { ...host, channel: host.channel === 'stable' ? 'edge' : 'stable' } : host));
  const hasEdge = fleetHosts.some(({ channel }) => channel === 'edge');
  const rollouts = ['edge', 'stable'].map((channel) => {
    const members = fleetHosts.filter((host) => host.channel === channel).map(({ hostname }) => hostname);
    const first = members.filter(() => random.happens(0.5));
    return sketch({
      channel,
      ref,
      waves: [first, members.filter((name) => !first.includes(name))],
      soakMinutes: random.between(0, 8),
      waitsFor: channel === 'stable' && hasEdge && random.happens(0.5) ? ['edge'] : [],
      budgets: random.happens(0.5) ? [budgetOf(members, random.between(1, 3))] : [],
      onHealthFailure: random.pick(['halt', 'rollback-and-halt'] as const),
    });
  });
  return { type: 'publish', rollouts, fleetHosts };
}

/** A manifest that has this host in none of its waves. */
function withoutWave(rollout: RolloutManifest, name: string | null): RolloutManifest {
  if (!rollout.hosts.some(({ hostname }) => hostname === name)) return rollout;
  return {
    ...rollout,
    hosts: rollout.hosts.map((host) =>
      host.hostname === name ? { ...host, wave: rollout.waves.length, staged: false, soakMinutes: 60 } : host,
    ),
    waves: rollout.waves.map((wave) => ({ ...wave, hosts: wave.hosts.filter((hostname) => hostname !== name) })),
  };
}

function actionOf(random: RandomStream, names: readonly string[]): ScenarioAction {
  const hosts = [random.pick(names), ...names.filter(() => random.happens(0.3))];
  const forMs = random.between(1, 20 * MINUTE);
  const times = random.pick([1, 1, 2, null]);
  const probe = random.pick([null, 'services']);
  const exitCode = random.pick([1, 4, 100, -1]);
  return random.pick<ScenarioAction>([
    { type: 'lose-disk', hosts, downMs: random.pick([null, forMs]) },
    { type: 'bounce-requests', hosts, forMs },
    { type: 'flap-probe', hosts, probe, forMs, periodMs: random.between(1, 5 * MINUTE) },
    { type: 'silence-probe', hosts, probe, forMs },
    { type: 'break-host', hosts, probe, forMs },
    { type: 'fail-controls', hosts, probe, forMs, controls: ['A.5.1'] },
    { type: 'hang-worker', hosts, extraMs: forMs, times },
    { type: 'wrong-closure', hosts, closure: random.pick(['c1', 'elsewhere']), times },
    { type: 'slow-cache', hosts, fetchMs: random.between(1, MINUTE), atOnce: random.between(1, 4), forMs },
    { type: 'break-cache', hosts, forMs },
    { type: 'stop-signing', forMs },
    { type: 'expire-manifest', hosts, forMs },
    { type: 'fail-activation', hosts, exitCode, times },
    { type: 'fail-after-switching', hosts, exitCode, lagMs: random.between(1, MINUTE), times },
    { type: 'switch-with-failed-units', hosts, exitCode, times },
    { type: 'switch-by-hand', hosts, closure: random.pick(['c1', 'by-hand']) },
    { type: 'fail-rollback', hosts, exitCode, times },
    { type: 'lie-about-rollback', hosts, times },
    { type: 'fall-back-at-boot', hosts, times },
  ]);
}
