import type { GateName } from '../control-plane/index.ts';
import type { HealthFailurePolicy } from '../machine/events.ts';
import type { HostState } from '../machine/record.ts';
import type { RolloutState } from '../rollout/index.ts';
import type { FaultName } from './faults/index.ts';
import type { InvariantBroken } from './run-events.ts';
import type { Scenario } from './scenario.ts';
import type { EndOfRun } from './end-of-run.ts';

/** What a run came to: every rollout Terminal; something else; or the protocol broke one of its promises. */
export type Outcome = 'terminal' | 'not-terminal' | 'invariant-broken';

/** For how long a gate held a host back, since the start of the run; `untilMs` null if it still did at the end. */
export interface HeldBack {
  readonly gate: GateName;
  readonly reason: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/** How one host fared in one rollout, as the control plane knows it. */
export interface HostResult {
  readonly host: string;
  readonly wave: number;
  readonly state: HostState;
  readonly dispatchedAt: number | null;
  /** When it came to `state`. */
  readonly since: number;
  /** Why it is there, in a few words; empty where the state says everything. */
  readonly because: string;
  readonly heldBack: readonly HeldBack[];
}

export interface WaveResult {
  readonly wave: number;
  readonly soakMinutes: number;
  /** When its first host was dispatched, or converged without. */
  readonly startedAt: number | null;
  /** When the last of its hosts was ordering-eligible; `null` if some never was. */
  readonly endedAt: number | null;
  readonly counts: Readonly<Record<HostState, number>>;
  readonly hosts: readonly HostResult[];
}

export interface RolloutResult {
  readonly rolloutId: string;
  readonly channel: string;
  /** `null` if it was never opened. */
  readonly state: RolloutState | null;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly openedAt: number | null;
  /** When it came to `state`. */
  readonly since: number | null;
  /** A newer release has taken its place. */
  readonly isNewest: boolean;
  readonly waves: readonly WaveResult[];
}

/** What keeps a host from an end, at the end of the run. */
export interface Holding {
  readonly host: string;
  readonly rollout: string;
  readonly state: HostState;
  /** The gate, or what else holds it. */
  readonly heldBy:
    | GateName
    | 'rollout-stopped'
    | 'not-acknowledged'
    | 'offline'
    | 'reboot'
    | 'soak'
    | 'probe'
    | 'worker'
    | 'unexplained';
  readonly reason: string;
  readonly since: number;
  /** When it would end by itself; `null` if nothing ends it, or nobody knows when. */
  readonly until: number | null;
}

export interface FaultCount {
  readonly fault: FaultName;
  /** How often it really happened. */
  readonly count: number;
  /** The scenario has a step for it, or a rate above 0. */
  readonly askedFor: boolean;
}

/** What became of a scenario. All times are simulated milliseconds since the start of the run. */
export interface Run {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  readonly endedBecause: EndOfRun;
  readonly endedAt: number;
  readonly rollouts: readonly RolloutResult[];
  /** Every host that is not at an end; empty if all are. */
  readonly holds: readonly Holding[];
  /** The first of them, in order. */
  readonly violations: readonly InvariantBroken[];
  readonly faults: readonly FaultCount[];
  /** How often either side's host machine took an event. */
  readonly machineSteps: number;
  /** How many events of the queue were simulated. */
  readonly events: number;
}
