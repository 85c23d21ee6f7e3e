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
   * When its agent first starts, since the start of the run. 0 for a host that already runs; `null` for one that joins
   * when a fleet file with it is published.
   */
  readonly joinsAtMs: number | null;
  /** How far its clock is ahead of true time; negative if it is behind. */
  readonly clockSkewMs: number;
  /** How much faster than true time its clock runs, in parts per million. */
  readonly clockDriftPpm: number;
  /** The durations of this host that differ from the scenario's. */
  readonly durations?: HostDurations;
  /** What was under way on it before the run began; absent if nothing was. */
  readonly underWay?: HostUnderWay;
}

/** How far a host had got in a rollout of the scenario before the run began. */
export interface HostUnderWay {
  /** The record, which its agent and the control plane share. */
  readonly record: HostRolloutState;
  /** How long its worker had been running; `null` if it had none. */
  readonly workingMs: number | null;
}

/** The durations that may be set for a single host. */
export type HostDurations = Partial<Pick<Durations, 'activation' | 'rollback' | 'probe' | 'reboot'>>;

/** How long things take. */
export interface Durations {
  /** From the start of a switch until the new closure runs. */
  readonly activation: Span;
  readonly rollback: Span;
  /** From the end of a worker to its report. After a crash in between, the work is done but not reported. */
  readonly workerReport: Span;
  readonly probe: Span;
  /** How long a machine is off while it reboots. */
  readonly reboot: Span;
  /** From the crash of an agent to the start of the next. */
  readonly agentRestart: Span;
  readonly controlPlaneRestart: Span;
  /** How long after faults stop an operator reboots a deferred host. */
  readonly operatorReboot: Span;
  /** How long a non-durable event may wait before it reaches the disk. */
  readonly diskFlushMs: number;
  readonly planIntervalMs: number;
}

/** Latency, timeouts and polling. Lost messages and the like are faults: see `FaultRates`. */
export interface NetworkSettings {
  /** One way. */
  readonly latency: Span;
  /** After this long without an answer, a request counts as unanswered. */
  readonly requestTimeoutMs: number;
  /** How long the control plane holds a poll when there is no work. */
  readonly longPollMs: number;
  /** How long an agent waits before it polls again, after an answer or a failed poll. */
  readonly pollAgain: Span;
}
