import type { Durations, NetworkSettings, ScenarioHost } from './scenario-settings.ts';
import type { AgentSettings, ProbeDefinition } from '../agent/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { Time } from '../machine/index.ts';
import type { DeclaredRelease } from './declared-release.ts';
import type { Extensions } from './extensions.ts';
import type { FaultRates } from './faults/index.ts';
import type { ScenarioStep } from './scenario-steps.ts';

export type { Durations, HostDurations, HostUnderWay, NetworkSettings, ScenarioHost } from './scenario-settings.ts';

/** The second phase of a run: no more faults, and everything must finish. */
export interface SettleSettings {
  /** When faults stop, since the start of the run. */
  readonly faultsUntilMs: number;
  /** How long hosts may take to finish after that. */
  readonly withinMs: number;
}

/**
 * Everything that a run depends on, as plain data for JSON. The same scenario always gives the same run, byte for byte.
 * Times are milliseconds since the start of the run.
 */
export interface Scenario {
  readonly title: string;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** The true time at which the run starts. */
  readonly startAt: Time;
  /** The offset from UTC of the zone that reports use, if a start was given with one. */
  readonly startOffsetMinutes?: number;
  /** The latest end of the run. */
  readonly untilMs: number;
  /** In any order: a run does not depend on it. */
  readonly hosts: readonly ScenarioHost[];
  readonly probeSets: readonly (readonly ProbeDefinition[])[];
  /** The release that is verified at the start: one rollout for each channel. */
  readonly rollouts: readonly RolloutManifest[];
  /** What `rollouts` were made from; absent if they have been changed since. */
  readonly declared?: DeclaredRelease;
  readonly durations: Durations;
  readonly network: NetworkSettings;
  readonly agent: AgentSettings;
  readonly rates: FaultRates;
  readonly steps: readonly ScenarioStep[];
  /** `null` to continue faults until the run ends. */
  readonly settle: SettleSettings | null;
  /** Gates that the protocol does not have; absent for none. */
  readonly extensions?: Extensions;
}
