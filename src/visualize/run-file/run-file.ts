import type { HealthFailurePolicy, OutboundEventType } from '../../machine/events.ts';
import type { HostState } from '../../machine/record.ts';
import type { RolloutState } from '../../rollout/rollout-record.ts';

export const RUN_FILE_FORMAT = 'nixfleet-statechart-run';
/** Raised when an older reader could read a newer file wrongly. */
export const RUN_FILE_VERSION = 1;

/** One wave of a rollout; the hosts of all waves together, in this order, are numbered from 0. */
export interface RunWave {
  /** `null` where nobody told: an event log does not. */
  readonly soakMinutes: number | null;
  readonly hosts: readonly string[];
  /** One for each host. */
  readonly targets: readonly string[];
}

export interface RunRollout {
  readonly rolloutId: string;
  readonly channel: string;
  /** `null` where nobody told. */
  readonly onHealthFailure: HealthFailurePolicy | null;
  readonly waves: readonly RunWave[];
}

/** What a marker on the time line stands for. */
export type MarkerKind = 'wave' | 'fault' | 'gate' | 'rollout' | 'quarantine' | 'release' | 'invariant';

export interface RunMarker {
  readonly at: number;
  readonly kind: MarkerKind;
  readonly text: string;
}

/** A host's state in the control plane's copy of its machine. Times are milliseconds since the start of the run. */
export type RunTransition = readonly [at: number, rollout: number, host: number, to: HostState];

/** The rollout itself; where it was opened a second time, the control plane had lost its database. */
export type RunRolloutChange = readonly [at: number, rollout: number, to: RolloutState];

/** From then on the control plane hears of the host, or hears no more of it. */
export type RunReachability = readonly [at: number, host: string, isReachable: boolean];

/** From then on this gate holds the host back, until it is dispatched or another does. */
export type RunHold = readonly [at: number, rollout: number, host: number, gate: string, reason: string];

export type RunDispatch = readonly [at: number, rollout: number, host: number, soakDueAt: number | null];

/** An event that the control plane took. */
export type RunAccepted = readonly [
  at: number,
  rollout: number,
  host: number,
  event: OutboundEventType,
  seq: number,
  detail: string,
];

/** What the page needs of a run, small enough for a file of some megabytes at 10,000 hosts. */
export interface RunFile {
  readonly format: typeof RUN_FILE_FORMAT;
  readonly version: typeof RUN_FILE_VERSION;
  readonly title: string;
  /** `null` where nobody told. */
  readonly seed: number | null;
  /** The scenario in the form in which somebody would write it, to be copied; `""` if nobody kept it. */
  readonly scenario: string;
  /** Milliseconds since the Unix epoch. */
  readonly startAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly machineSteps: number;
  readonly rollouts: readonly RunRollout[];
  readonly rolloutChanges: readonly RunRolloutChange[];
  readonly reachability: readonly RunReachability[];
  readonly transitions: readonly RunTransition[];
  readonly dispatches: readonly RunDispatch[];
  readonly holds: readonly RunHold[];
  readonly accepted: readonly RunAccepted[];
  /** Passing probes are left out of `accepted`, because there are too many of them. */
  readonly isAbridged: boolean;
  readonly markers: readonly RunMarker[];
}
