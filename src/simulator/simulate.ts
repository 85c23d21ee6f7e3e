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

/** Only the newest rollout of each channel counts, and only if it has hosts. */
function outcomeOf({ violations, newestRollouts, ledger }: Simulation): Outcome {
  if (violations.length > 0) return 'invariant-broken';
  const isTerminal = newestRollouts.every(
    ({ hosts, rolloutId }) => hosts.length === 0 || ledger.books.get(rolloutId)?.state === 'Terminal',
  );
  return isTerminal ? 'terminal' : 'not-terminal';
}

/** What to observe or replace in a run. */
export interface SimulateOptions {
  /** Rules of the two cores to replace, for tests that a broken rule is noticed. */
  readonly cores?: Cores;
  /** The engine of the host machine; by default, the cores' compiled one. */
  readonly step?: typeof step;
  /** Which accepted events `Run.history` keeps; by default the `decisive` ones, which reports need. */
  readonly keep?: Keep;
  /** Called with each event of the log as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Called with each observation, by which the run is judged. `runSetupOf` gives what precedes the first. */
  readonly onObservation?: (observation: Observation) => void;
  /** `false` checks no invariants, which is faster. The run is the same, but never `invariant-broken`. */
  readonly judged?: boolean;
  /** The hosts whose messages are recorded. Recording does not affect the run. */
  readonly messagesOf?: ReadonlySet<string>;
  /** Called between any two moments of the run: whether it has shown enough, and may end with `until`. */
  readonly isEnough?: (history: RunHistory) => boolean;
  /** Called from time to time with the progress so far. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The progress of a run. */
export interface Progress {
  /** Simulated milliseconds since the start of the run. */
  readonly now: number;
  readonly machineSteps: number;
  readonly hosts: number;
  /** Hosts that have ended in the newest rollout of their channel. */
  readonly ended: number;
}

const EVENTS_BETWEEN_PROGRESS = 1 << 14;
const neverEnough = (): boolean => false;

/**
 * Runs a scenario to its end. Agents and control plane are the real cores; time and everything else are simulated. The
 * same scenario gives the same run, regardless of the order of its hosts.
 *
 * @throws RangeError that names every invalid value of the scenario.
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
