import type { EndOfRun } from './end-of-run.ts';
import type { FaultName } from './faults/index.ts';
import type { Holding, RolloutResult, RunHistory } from './history/index.ts';
import type { InvariantBroken } from './run-events.ts';
import type { RecordedMessages } from './message-tape.ts';
import type { RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';

/** What a run came to: every rollout Terminal; something else; or the protocol broke one of its promises. */
export type Outcome = 'terminal' | 'not-terminal' | 'invariant-broken';

/** How often a fault happened in a run. */
export interface FaultCount {
  readonly fault: FaultName;
  /** How often it really happened. */
  readonly count: number;
  /** The scenario has a step for it, or a rate above 0. */
  readonly askedFor: boolean;
}

/** What became of a scenario. */
export interface Run {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  readonly endedBecause: EndOfRun;
  readonly endedRunMs: RunMs;
  /** The event log, as far as it is kept. */
  readonly history: RunHistory;
  readonly rollouts: readonly RolloutResult[];
  /** Every host that is not at an end; empty if all are. */
  readonly holds: readonly Holding[];
  /** The first of them, in order. */
  readonly violations: readonly InvariantBroken[];
  readonly faults: readonly FaultCount[];
  /** How often either side's host machine took an event. */
  readonly machineSteps: number;
  /** What was simulated one by one. */
  readonly events: number;
  /** Those of the hosts that were asked for; `null` where none were. */
  readonly messages: RecordedMessages | null;
}
