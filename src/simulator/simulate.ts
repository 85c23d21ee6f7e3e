import type { step } from '../machine/index.ts';
import { isAskedFor } from './faults/asked-for.ts';
import { FAULT_NAMES } from './faults/index.ts';
import { Moment, rolloutResults, rolloutsOf, RunHistory, whatIsHeld, type Keep } from './history/index.ts';
import { MessageTape } from './message-tape.ts';
import { assertScenario } from './check-scenario.ts';
import type { Run, Outcome } from './run.ts';
import type { RunEvent } from './run-events.ts';
import type { Scenario } from './scenario.ts';
import type { Observation } from './observations.ts';
import { Simulation } from './simulation.ts';
import type { Cores } from './cores.ts';

/** A release without hosts is nothing to wait for; one that was replaced is judged by its successor. */
function outcomeOf({ violations, newestRollouts, ledger }: Simulation): Outcome {
  if (violations.length > 0) return 'invariant-broken';
  const isTerminal = newestRollouts.every(
    ({ hosts, rolloutId }) => hosts.length === 0 || ledger.books.get(rolloutId)?.state === 'Terminal',
  );
  return isTerminal ? 'terminal' : 'not-terminal';
}

/** What may be observed or replaced in a run. */
export interface SimulateOptions {
  /** Rules of the two cores to replace; for tests that show that a broken one is noticed. */
  readonly cores?: Cores;
  /** The engine of the host machine; by default the compiled one of the cores. */
  readonly step?: typeof step;
  /** Which accepted events `Run.history` keeps; `decisive` ones by default, on which reports rest. */
  readonly keep?: Keep;
  /** Every event of the log, in order, as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** The run stream, in order: all that the run is judged by. `runSetupOf` gives what comes before it. */
  readonly onObservation?: (observation: Observation) => void;
  /** `false`: no invariant is watched, which is faster. The run is the same, and never `invariant-broken`. */
  readonly judged?: boolean;
  /** The hosts whose messages are recorded. The run is the same with and without. */
  readonly messagesOf?: ReadonlySet<string>;
  /** Asked between any two moments of the run: whether it has shown what was to be seen, and may end with `until`. */
  readonly isEnough?: (history: RunHistory) => boolean;
  /** Called from time to time, with what has been done so far. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a run is. */
export interface Progress {
  /** Simulated milliseconds since the start of the run. */
  readonly now: number;
  readonly machineSteps: number;
  readonly hosts: number;
  /** Hosts that came to an end in the newest rollout of their channel. */
  readonly ended: number;
}

const EVENTS_BETWEEN_PROGRESS = 1 << 14;
const neverEnough = (): boolean => false;

/**
 * Runs a scenario to its end: agents and control plane are their own cores, time and everything else is simulated. The
 * same scenario gives the same run, whatever the order in which it lists its hosts.
 *
 * @throws RangeError that names every value of the scenario that no run can have.
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): Run {
  assertScenario(scenario);
  const { onEvent, onObservation = null, onProgress, isEnough = neverEnough, keep = 'decisive' } = options;
  const history = new RunHistory(rolloutsOf(scenario), keep);
  const tape = options.messagesOf === undefined ? null : new MessageTape(options.messagesOf);
  const simulation = new Simulation(scenario, {
    cores: options.cores ?? {},
    step: options.step ?? null,
    tape,
    onEvent: (event) => {
      history.take(event);
      onEvent?.(event);
    },
    onObservation,
    isJudged: options.judged ?? true,
  });
  while (simulation.advance()) {
    if (isEnough(history)) simulation.ended = 'until';
    if (onProgress === undefined || simulation.events % EVENTS_BETWEEN_PROGRESS !== 0) continue;
    onProgress({
      now: simulation.now,
      machineSteps: simulation.watch.steps,
      hosts: scenario.hosts.length,
      ended: history.ended,
    });
  }
  simulation.watch.onRunEnded(simulation.ended ?? 'stuck');
  const { counts } = simulation.faults;
  return {
    scenario,
    outcome: outcomeOf(simulation),
    endedBecause: simulation.ended ?? 'stuck',
    endedRunMs: simulation.now,
    history,
    rollouts: rolloutResults(history),
    holds: whatIsHeld(new Moment(history, simulation.now)),
    violations: simulation.violations,
    faults: FAULT_NAMES.map((fault) => ({
      fault,
      count: counts.get(fault) ?? 0,
      askedFor: isAskedFor(scenario, fault),
    })),
    machineSteps: simulation.watch.steps,
    events: simulation.events,
    messages: tape?.recorded() ?? null,
  };
}
