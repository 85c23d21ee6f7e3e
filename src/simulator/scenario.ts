import type { AgentSettings, ProbeDefinition } from '../agent/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { Time } from '../machine/events.ts';
import type { FaultRates } from './fault-rates.ts';
import type { ScenarioStep } from './scenario-steps.ts';
import type { Span } from './span.ts';

/** One host as it is when the run begins. */
export interface ScenarioHost {
  readonly hostname: string;
  readonly channel: string;
  readonly runningClosure: string;
  /** By index into `Scenario.probeSets`, because most hosts of a fleet declare the same. */
  readonly probeSet: number;
  /** When its agent starts for the first time, since the start of the run; 0 for a host that was there before. */
  readonly joinsAtMs: number;
  /** How far its clock is ahead of true time; negative if it is behind. */
  readonly clockSkewMs: number;
  /** How much faster than true time its clock goes, in millionths. */
  readonly clockDriftPpm: number;
}

/** How long things take. */
export interface Durations {
  /** From the start of a switch to the moment when the new closure runs. */
  readonly activation: Span;
  readonly rollback: Span;
  /** From the end of a worker to its report: a crash in between leaves the work done and nobody told. */
  readonly workerReport: Span;
  readonly probe: Span;
  /** How long a machine is off while it reboots. */
  readonly reboot: Span;
  /** From the crash of an agent to the start of the next. */
  readonly agentRestart: Span;
  readonly controlPlaneRestart: Span;
  /** When an operator comes round to a deferred host, in the second phase. */
  readonly operatorReboot: Span;
  /** How long an event that need not be durable may wait before it reaches the disk. */
  readonly diskFlushMs: number;
  readonly planIntervalMs: number;
}

/** What every message goes through. Lost messages and the like are faults: see `FaultRates`. */
export interface NetworkSettings {
  /** One way. */
  readonly latency: Span;
  /** After this long without an answer a request counts as unanswered. */
  readonly requestTimeoutMs: number;
  /** How long the control plane holds a poll that it has nothing for. */
  readonly longPollMs: number;
  /** How long an agent waits before it polls again after an answer, or after a poll that failed. */
  readonly pollAgain: Span;
}

/** The second phase of a run: no more faults, and everything has to come to an end. */
export interface SettleSettings {
  /** When faults stop, since the start of the run. */
  readonly faultsUntilMs: number;
  /** How long after that every host may take to be at an end. */
  readonly withinMs: number;
}

/**
 * Everything that a run depends on. Plain data: it can be written to JSON and read back, and the same scenario always
 * gives the same run, byte for byte. Times are milliseconds since the start of the run.
 */
export interface Scenario {
  readonly title: string;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** The true time at which the run starts. */
  readonly startAt: Time;
  /** The run ends here if it has not ended before. */
  readonly untilMs: number;
  /** In any order: a run does not depend on it. */
  readonly hosts: readonly ScenarioHost[];
  readonly probeSets: readonly (readonly ProbeDefinition[])[];
  /** The release that is verified at the start: one rollout for each channel. */
  readonly rollouts: readonly RolloutManifest[];
  readonly durations: Durations;
  readonly network: NetworkSettings;
  readonly agent: AgentSettings;
  readonly rates: FaultRates;
  readonly steps: readonly ScenarioStep[];
  /** `null`: faults go on until the run ends. */
  readonly settle: SettleSettings | null;
}
