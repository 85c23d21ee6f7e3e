import type { HostRolloutState } from '../machine/index.ts';
import type { Span } from './span.ts';

/** The initial state of one host. */
export interface ScenarioHost {
  readonly hostname: string;
  readonly channel: string;
  readonly runningClosure: string;
  /** By index into `Scenario.probeSets`, because most hosts of a fleet declare the same. */
  readonly probeSet: number;
  /**
   * When its agent starts for the first time, since the start of the run; 0 for a host that was there before, `null` for
   * one that joins when a fleet file that contains it is published.
   */
  readonly joinsAtMs: number | null;
  /** How far its clock is ahead of true time; negative if it is behind. */
  readonly clockSkewMs: number;
  /** How much faster than true time its clock goes, in millionths. */
  readonly clockDriftPpm: number;
  /** How long things take on this host, where that differs from the scenario's durations. */
  readonly durations?: HostDurations;
  /** What it was doing before the run began; absent for a host that has begun nothing. */
  readonly underWay?: HostUnderWay;
}

/** Where a host had come to in a rollout of the scenario before the run began. */
export interface HostUnderWay {
  /** As its agent and the control plane both have it. */
  readonly record: HostRolloutState;
  /** How long its worker had been running; `null` if it had none. */
  readonly workingMs: number | null;
}

/** The durations that a host may have for itself. */
export type HostDurations = Partial<Pick<Durations, 'activation' | 'rollback' | 'probe' | 'reboot'>>;

/** How long things take. */
export interface Durations {
  /** From the start of a switch to the moment when the new closure runs. */
  readonly activation: Span;
  readonly rollback: Span;
  /** From the end of a worker to its report: a crash in between leaves the work done and unreported. */
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
