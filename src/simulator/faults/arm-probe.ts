import type { ArmedProbe } from '../host-faults.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { FaultWorld, OnHosts } from './fault.ts';

/** The hosts, probes and duration of a step about probes. */
export interface OnProbes extends OnHosts {
  /** By name; `null` for every enforce probe of the host. */
  readonly probe: string | null;
  /** `null`: until the run ends, or faults stop. */
  readonly forMs: number | null;
}

type Effect = Pick<ArmedProbe, 'outcome' | 'report' | 'isAnyClosure' | 'failingControls'>;

/** The fault belongs to the current release: a later one may fix it. */
export function armProbe(world: FaultWorld, node: SimulatedHost, { probe, forMs }: OnProbes, effect: Effect): void {
  // A failure after convergence only shows in later probe runs, so the run continues that long.
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

/** Picks a probe of the host that goes wrong from `fromMs` on, while `closure` runs. */
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

/** The host's probes that are not disabled. */
export function probeNames({ probeSets }: FaultWorld, { probeSet }: SimulatedHost): readonly string[] {
  const probes = probeSets[probeSet] ?? [];
  return probes.filter(({ mode }) => mode !== 'disabled').map(({ probeName }) => probeName);
}

const SHOWS_WITHIN_MS = 5 * 60_000;

function isConverged({ agent }: SimulatedHost): boolean {
  const active = agent?.rollouts.find(({ rolloutId }) => rolloutId === agent.activeRolloutId);
  return active?.record?.state === 'Converged';
}
