import type { step } from '../machine/step.ts';
import { isAskedFor } from './faults/asked-for.ts';
import { FAULT_NAMES } from './faults/index.ts';
import { findHolds } from './holds.ts';
import { outcomeOf } from './outcome.ts';
import { assertScenario } from './check-scenario.ts';
import type { Run } from './run.ts';
import { RunSummary } from './run-summary.ts';
import type { RunEvent } from './run-events.ts';
import type { Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
import type { Cores } from './cores.ts';

export interface SimulateOptions {
  /** Rules of the two cores to replace; for tests that show that a broken one is noticed. */
  readonly cores?: Cores;
  /** The engine of the host machine; by default the compiled one of the cores. */
  readonly step?: typeof step;
  /** Every event of the log, in order, as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Called from time to time, with what has been done so far. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  /** Simulated milliseconds since the start of the run. */
  readonly now: number;
  readonly machineSteps: number;
  readonly hosts: number;
  /** Hosts that came to an end in the newest rollout of their channel. */
  readonly ended: number;
}

const EVENTS_BETWEEN_PROGRESS = 1 << 14;

/**
 * Runs a scenario to its end: agents and control plane are their own cores, time and everything else is simulated. The
 * same scenario gives the same run, whatever the order in which it lists its hosts.
 *
 * @throws RangeError that names every value of the scenario that no run can have.
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): Run {
  assertScenario(scenario);
  const { onEvent, onProgress } = options;
  const summary = new RunSummary(scenario);
  const simulation = new Simulation(scenario, {
    cores: options.cores ?? {},
    step: options.step ?? null,
    onEvent: (event) => {
      summary.take(event);
      onEvent?.(event);
    },
  });
  while (simulation.advance()) {
    if (onProgress === undefined || simulation.events % EVENTS_BETWEEN_PROGRESS !== 0) continue;
    onProgress({
      now: simulation.now,
      machineSteps: simulation.watch.steps,
      hosts: scenario.hosts.length,
      ended: summary.ended,
    });
  }
  simulation.watch.onRunEnded(simulation.nodes);
  const holds = findHolds(simulation, summary);
  for (const { host, rollout, heldBy, reason } of holds) {
    if (heldBy === 'unexplained')
      simulation.broken({
        runMs: simulation.now,
        type: 'InvariantBroken',
        invariant: 'live',
        hostname: host,
        rolloutId: rollout,
        message: reason,
      });
  }
  const { counts } = simulation.faults;
  return {
    scenario,
    outcome: outcomeOf(simulation),
    endedBecause: simulation.ended ?? 'stuck',
    endedAt: simulation.now,
    rollouts: summary.rollouts(),
    holds,
    violations: simulation.violations,
    faults: FAULT_NAMES.map((fault) => ({
      fault,
      count: counts.get(fault) ?? 0,
      askedFor: isAskedFor(scenario, fault),
    })),
    machineSteps: simulation.watch.steps,
    events: simulation.events,
  };
}
