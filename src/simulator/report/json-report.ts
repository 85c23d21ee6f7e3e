import type { FaultCount, Holding, Outcome, RolloutResult, Run } from '../run.ts';
import type { InvariantBroken } from '../run-events.ts';
import type { EndOfRun } from '../end-of-run.ts';

/** What only the one who ran it can measure. */
export interface RunStats {
  readonly machineSteps: number;
  readonly wallMs: number;
  readonly peakRssBytes: number;
  /** Of the bytes of the event log, in hexadecimal. */
  readonly eventLogSha256: string;
}

/** A run for programs. Times are simulated milliseconds since `startAt`; everything but `stats` is the same every time. */
export interface JsonReport {
  readonly format: 'nixfleet-statechart-report';
  readonly version: 1;
  readonly title: string;
  readonly seed: number;
  readonly startAt: string;
  readonly outcome: Outcome;
  readonly endedBecause: EndOfRun;
  readonly endedAt: number;
  readonly rollouts: readonly RolloutResult[];
  readonly holds: readonly Holding[];
  readonly faults: readonly FaultCount[];
  readonly violations: readonly InvariantBroken[];
  readonly stats: RunStats;
}

export function jsonReport(run: Run, stats: RunStats): JsonReport {
  const { scenario, outcome, endedBecause, endedAt, rollouts, holds, violations } = run;
  return {
    format: 'nixfleet-statechart-report',
    version: 1,
    title: scenario.title,
    seed: scenario.seed,
    startAt: new Date(scenario.startAt).toISOString(),
    outcome,
    endedBecause,
    endedAt,
    rollouts,
    holds,
    faults: run.faults.filter(({ count, askedFor }) => count > 0 || askedFor),
    violations,
    stats,
  };
}
