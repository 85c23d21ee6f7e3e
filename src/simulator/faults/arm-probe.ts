import type { ArmedProbe } from '../host-faults.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { FaultWorld, OnHosts } from './fault.ts';

/** What a step about probes is about. */
export interface OnProbes extends OnHosts {
  /** By name; `null` for every enforce probe of the host. */
  readonly probe: string | null;
  /** `null`: until the run ends, or faults stop. */
  readonly forMs: number | null;
}

type Effect = Pick<ArmedProbe, 'outcome' | 'report' | 'isAnyClosure' | 'failingControls'>;

/** What goes wrong is wrong with the release that is out now: a later one may put it right. */
export function armProbe(world: FaultWorld, node: SimulatedHost, { probe, forMs }: OnProbes, effect: Effect): void {
  // What fails after convergence shows in the next runs; the run goes on that long.
  if (isConverged(node)) world.schedule(world.now + SHOWS_WITHIN_MS);
  world.armed(node).probes.push({
    probe,
    closure: world.releasedTo(node),
    fromMs: world.now,
    untilMs: forMs === null ? Infinity : world.now + forMs,
    ...effect,
    hasStruck: false,
  });
}

/** A probe of the host that something is wrong with, from `fromMs` on, while `closure` runs. */
export function armProbeByChance(
  world: FaultWorld,
  node: SimulatedHost,
  closure: string,
  fromMs: number,
  effect: Effect,
): void {
  const probe = world.random(node.name, 'probe').pick(probeNames(world, node));
  world.armed(node).probes.push({ probe, closure, fromMs, untilMs: Infinity, ...effect, hasStruck: false });
}

/** Those that run at all. */
export function probeNames({ probeSets }: FaultWorld, { probeSet }: SimulatedHost): readonly string[] {
  const probes = probeSets[probeSet] ?? [];
  return probes.filter(({ mode }) => mode !== 'disabled').map(({ probeName }) => probeName);
}

const SHOWS_WITHIN_MS = 5 * 60_000;

function isConverged({ agent }: SimulatedHost): boolean {
  const active = agent?.rollouts.find(({ rolloutId }) => rolloutId === agent.activeRolloutId);
  return active?.record?.state === 'Converged';
}
