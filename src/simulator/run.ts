import type { EndOfRun } from './end-of-run.ts';
import type { FaultName } from './faults/index.ts';
import type { Holding, RolloutResult, RunHistory } from './history/index.ts';
import type { InvariantBroken } from './run-events.ts';
import type { RecordedMessages } from './message-tape.ts';
import type { RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';

/** The outcome of a run: every rollout is Terminal; some are not; or the protocol broke an invariant. */
export type Outcome = 'terminal' | 'not-terminal' | 'invariant-broken';

/** How often a fault happened in a run. */
export interface FaultCount {
  readonly fault: FaultName;
  /** How often it occurred. */
  readonly count: number;
  /** Whether the scenario has a step for it, or a rate above 0. */
  readonly askedFor: boolean;
}

/** The result of simulating a scenario. */
export interface Run {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  readonly endedBecause: EndOfRun;
  readonly endedRunMs: RunMs;
  /** The kept part of the event log. */
  readonly history: RunHistory;
  readonly rollouts: readonly RolloutResult[];
  /** Every unfinished host. */
  readonly holds: readonly Holding[];
  /** The first of them, in order. */
  readonly violations: readonly InvariantBroken[];
  readonly faults: readonly FaultCount[];
  /** How many events the host machines of both sides accepted. */
  readonly machineSteps: number;
  /** How many events were simulated. */
  readonly events: number;
  /** The recorded messages; `null` if none were requested. */
  readonly messages: RecordedMessages | null;
}
