import {
  blockerWords,
  Moment,
  numbersOf,
  verdictOf,
  verdictWords,
  type Holding,
  type Numbers,
  type RolloutResult,
  type Verdict,
} from '../history/index.ts';
import type { FaultCount, Outcome, Run } from '../run.ts';
import type { FleetChanged, InvariantBroken } from '../run-events.ts';
import type { EndOfRun } from '../end-of-run.ts';
import type { RunMs } from '../run-ms.ts';
import { clockOf } from './clock.ts';

/** Measured by the caller. */
export interface RunStats {
  readonly machineSteps: number;
  readonly wallMs: number;
  readonly peakRssBytes: number;
  /** The hash of the event log, in hexadecimal. */
  readonly eventLogSha256: string;
}

/**
 * A run as JSON. Names ending in `RunMs` are simulated milliseconds since `startAt`. Everything but `stats` is
 * deterministic.
 */
export interface JsonReport {
  readonly format: 'nixfleet-statechart-report';
  readonly version: 2;
  readonly title: string;
  readonly seed: number;
  readonly startAt: string;
  readonly outcome: Outcome;
  readonly endedBecause: EndOfRun;
  readonly endedRunMs: RunMs;
  /** The verdict as a sentence and as data. */
  readonly headline: string;
  readonly verdict: Verdict;
  readonly numbers: Numbers;
  /** Hosts that joined, left and moved when a fleet file was published midway. */
  readonly fleetChanges: readonly FleetChanged[];
  readonly rollouts: readonly RolloutResult[];
  /** `reason` is the rest as a sentence. */
  readonly holds: readonly (Holding & { readonly reason: string })[];
  readonly faults: readonly FaultCount[];
  readonly violations: readonly InvariantBroken[];
  readonly stats: RunStats;
}

/** A run as JSON. */
export function jsonReport(run: Run, stats: RunStats): JsonReport {
  const { scenario, outcome, endedBecause, endedRunMs, history, rollouts, holds, violations } = run;
  const moment = new Moment(history, endedRunMs);
  const verdict = verdictOf(moment);
  return {
    format: 'nixfleet-statechart-report',
    version: 2,
    title: scenario.title,
    seed: scenario.seed,
    startAt: new Date(scenario.startAt).toISOString(),
    outcome,
    endedBecause,
    endedRunMs,
    headline: verdictWords(verdict, clockOf(scenario)),
    verdict,
    numbers: numbersOf(moment),
    fleetChanges: history.events.filter((event) => event.type === 'FleetChanged'),
    rollouts,
    holds: holds.map((hold) => ({ ...hold, reason: blockerWords(hold.hostname, hold.rolloutId, hold.blocker) })),
    faults: run.faults.filter(({ count, askedFor }) => count > 0 || askedFor),
    violations,
    stats,
  };
}
