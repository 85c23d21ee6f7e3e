import type { RolloutManifest } from '../fleet/index.ts';
import { isAskedFor } from './faults/asked-for.ts';
import { FAULT_NAMES } from './faults/index.ts';
import type { Scenario } from './scenario.ts';
import { appendTo } from '../text/index.ts';

const MINUTE_MS = 60_000;

/**
 * A lower bound for the time until a release is Terminal. Waves run one after another. Within a wave, hosts that wait
 * for each other and hosts that share a budget soak one after another. 0 if faults may shorten it.
 */
export function leastDurationMs(scenario: Scenario): number {
  const { rollouts, hosts, steps } = scenario;
  if (steps.length > 0 || FAULT_NAMES.some((fault) => isAskedFor(scenario, fault))) return 0;
  const running = new Map(hosts.map(({ hostname, runningClosure }) => [hostname, runningClosure]));
  return rollouts.reduce((longestMs, rollout) => Math.max(longestMs, leastOfRolloutMs(rollout, running)), 0);
}

function leastOfRolloutMs(rollout: RolloutManifest, running: ReadonlyMap<string, string>): number {
  const soaks = new Map<string, number>();
  for (const { hostname, staged, targetClosure, soakMinutes } of rollout.hosts)
    if (staged && running.get(hostname) !== targetClosure) soaks.set(hostname, soakMinutes * MINUTE_MS);
  let leastMs = 0;
  for (const { hosts } of rollout.waves.length > 0 ? rollout.waves : [{ hosts: [...soaks.keys()] }]) {
    const inWave = new Map(hosts.map((hostname) => [hostname, soaks.get(hostname) ?? 0]));
    leastMs += Math.max(longestRowMs(rollout, inWave), longestBudgetMs(rollout, inWave));
  }
  return leastMs;
}

/** The longest chain of edges, measured by the hosts' soaks. Linear, without recursion. */
function longestRowMs({ edges }: RolloutManifest, soaks: ReadonlyMap<string, number>): number {
  const inside = edges.filter(({ gated, gates }) => soaks.has(gated) && soaks.has(gates));
  const waitsFor = new Map<string, number>();
  const gatedBy = new Map<string, string[]>();
  for (const { gated, gates } of inside) {
    waitsFor.set(gated, (waitsFor.get(gated) ?? 0) + 1);
    appendTo(gatedBy, gates, gated);
  }
  const startsMs = new Map<string, number>();
  const ready = [...soaks.keys()].filter((hostname) => !waitsFor.has(hostname));
  let longestMs = 0;
  // The list grows while it is traversed.
  for (const hostname of ready) {
    const doneMs = (startsMs.get(hostname) ?? 0) + (soaks.get(hostname) ?? 0);
    longestMs = Math.max(longestMs, doneMs);
    for (const gated of gatedBy.get(hostname) ?? []) {
      startsMs.set(gated, Math.max(startsMs.get(gated) ?? 0, doneMs));
      const left = (waitsFor.get(gated) ?? 1) - 1;
      waitsFor.set(gated, left);
      if (left === 0) ready.push(gated);
    }
  }
  return longestMs;
}

/** Every slot of a budget is used for one soak after the other. */
function longestBudgetMs({ budgets }: RolloutManifest, soaks: ReadonlyMap<string, number>): number {
  let longestMs = 0;
  for (const { hosts, limit } of budgets) {
    if (limit === null || limit === 0) continue;
    let totalMs = 0;
    for (const hostname of hosts) totalMs += soaks.get(hostname) ?? 0;
    longestMs = Math.max(longestMs, totalMs / limit);
  }
  return longestMs;
}
