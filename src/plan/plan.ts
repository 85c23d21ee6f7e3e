import type { FleetProblem } from '../fleet/index.ts';
import {
  leastDurationMs,
  Moment,
  simulate,
  verdictOf,
  type Assumption,
  type Run,
  type Scenario,
  type Verdict,
} from '../simulator/index.ts';
import type { GateName } from '../control-plane/index.ts';
import { blastRadius, type Blast } from './blast-radius.ts';
import { criticalPath, type CriticalPath } from './critical-path.ts';
import { roughly } from './deadline.ts';
import { fleetChanges, type FleetChange } from './fleet-changes.ts';
import type { Forecast } from './forecast.ts';
import { findLints, type Lint } from './lints.ts';
import { NO_CLOSURES, planScenario, type PlanInput } from './plan-scenario.ts';

/** A plan, or every problem that prevents one. */
export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly FleetProblem[] };

/** How one wave goes in the run without faults. Milliseconds since the start. */
export interface PlannedWave {
  readonly rolloutId: string;
  readonly channel: string;
  readonly wave: number;
  readonly hosts: number;
  /** How many of them switch or have begun to. The others already run the release. */
  readonly switching: number;
  readonly soakMinutes: number;
  /** The shortest actual soak of its hosts; `null` if none soaks, or all were already under way. */
  readonly shortestSoakMs: number | null;
  readonly startsMs: number | null;
  readonly endsMs: number | null;
}

/** How often and how long a gate holds hosts of a rollout. */
export interface PlannedGate {
  readonly rolloutId: string;
  readonly gate: GateName;
  /** The selector of a budget, or the name of an extension. */
  readonly budget: string | null;
  readonly hosts: number;
  /** The longest time it holds any one of them. */
  readonly longestMs: number;
}

/** What a change to the fleet will do. */
export interface Plan {
  readonly scenario: Scenario;
  /** The run without faults, with the first seed. */
  readonly run: Run;
  readonly verdict: Verdict;
  readonly assumptions: readonly Assumption[];
  readonly notes: readonly string[];
  /** `null` without a running fleet. */
  readonly changes: readonly FleetChange[] | null;
  readonly waves: readonly PlannedWave[];
  readonly gates: readonly PlannedGate[];
  readonly path: CriticalPath;
  readonly blasts: readonly Blast[];
  readonly lints: readonly Lint[];
  /** `null` if only one run was requested. */
  readonly forecast: Forecast | null;
}

/** One run without faults, and what it shows: course, critical path, blast radius, lints. */
export function makePlan(input: PlanInput): PlanResult {
  const made = planScenario(input);
  if (!made.ok) return made;
  const { scenario, assumptions, notes } = made;
  // Hosts under way have already soaked for a part of it.
  const leastMs = input.log === null ? leastDurationMs(scenario) : 0;
  if (leastMs > scenario.untilMs) return { ok: false, problems: [tooLong(leastMs, scenario)] };
  // Without faults, there is nothing to judge.
  const run = simulate(scenario, { judged: false });
  // If every host is assumed to get a new closure, a missing one is not a problem.
  const isAssumedNew = assumptions.includes(NO_CLOSURES);
  const withoutClosures = input.warnings.filter(({ about }) => about !== 'closures');
  const path = criticalPath(run);
  const blasts = blastRadius(scenario, run);
  return {
    ok: true,
    plan: {
      scenario,
      run,
      verdict: verdictOf(new Moment(run.history, run.endedRunMs)),
      assumptions,
      notes,
      changes: input.running === null ? null : fleetChanges(input.running, input.next),
      waves: plannedWaves(run),
      gates: plannedGates(run),
      path,
      blasts,
      lints: findLints({
        fleet: input.next,
        running: input.running,
        warnings: isAssumedNew ? withoutClosures : input.warnings,
        scenario,
        run,
        path,
        blasts,
      }),
      forecast: null,
    },
  };
}

function tooLong(leastMs: number, { untilMs }: Scenario): FleetProblem {
  return {
    severity: 'error',
    path: '$',
    message: `hosts soak one after another, which takes at least ${roughly(leastMs)}, and a run ends after ${roughly(untilMs)}`,
    remedy: 'Shorten the chains of edges or the soaks, or raise the budgets.',
  };
}

function plannedWaves({ rollouts, scenario, history }: Run): readonly PlannedWave[] {
  // They also soaked before the plan began.
  const underWay = new Set(scenario.hosts.flatMap((host) => (host.underWay === undefined ? [] : [host.hostname])));
  const isSwitching = (rolloutId: string, hostname: string): boolean =>
    underWay.has(hostname) || (history.trackOf(rolloutId, hostname)?.view.dispatchedRunMs ?? null) !== null;
  return rollouts.flatMap(({ rolloutId, channel, waves }) =>
    waves
      .filter(({ hosts }) => hosts.length > 0)
      .map(({ wave, hosts, soakMinutes, startedRunMs, endedRunMs }) => {
        const soaks = hosts.flatMap(({ hostname, soakedMs }) => (underWay.has(hostname) ? [] : (soakedMs ?? [])));
        return {
          rolloutId,
          channel,
          wave,
          hosts: hosts.length,
          switching: hosts.filter(({ hostname }) => isSwitching(rolloutId, hostname)).length,
          soakMinutes,
          shortestSoakMs: soaks.length === 0 ? null : Math.min(...soaks),
          startsMs: startedRunMs,
          endsMs: endedRunMs,
        };
      }),
  );
}

/** A hold that ends within one planning pass does not matter. */
const SHORTEST_HOLD_MS = 60_000;

function plannedGates({ history, endedRunMs }: Run): readonly PlannedGate[] {
  const found = new Map<string, { gate: PlannedGate; hosts: Set<string>; longestMs: number }>();
  for (const { rollout, hosts } of history.rollouts) {
    for (const { hostname, view } of hosts) {
      for (const { hold, fromRunMs, untilRunMs } of view.heldBack) {
        const longMs = (untilRunMs ?? endedRunMs) - fromRunMs;
        if (longMs < SHORTEST_HOLD_MS) continue;
        const budget = hold.gate === 'disruption-budget' ? hold.summary : hold.gate === 'extension' ? hold.name : null;
        const key = JSON.stringify([rollout.rolloutId, hold.gate, budget]);
        const gate = { rolloutId: rollout.rolloutId, gate: hold.gate, budget, hosts: 0, longestMs: 0 };
        const known = found.get(key) ?? { gate, hosts: new Set(), longestMs: 0 };
        known.hosts.add(hostname);
        known.longestMs = Math.max(known.longestMs, longMs);
        found.set(key, known);
      }
    }
  }
  return [...found.values()].map(({ gate, hosts, longestMs }) => ({ ...gate, hosts: hosts.size, longestMs }));
}
