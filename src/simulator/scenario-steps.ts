import type { RolloutManifest } from '../fleet/index.ts';
import type { When } from './when.ts';

/** The hosts that a step is about, by name. */
interface OnHosts {
  readonly hosts: readonly string[];
}

/** The agent process dies, and is started again after `downMs`. */
export interface CrashAgent extends OnHosts {
  readonly type: 'CrashAgent';
  /**
   * `null`: at once. Otherwise in the middle of the next input with that many effects or more: after this many of
   * them were performed. 0 is after the input was taken and before its first effect.
   */
  readonly afterEffects: number | null;
  readonly downMs: number | null;
  /** Whether events that were not on disk yet are lost. */
  readonly losesTail: boolean;
}

/** The machine restarts, and with it the agent. It comes up with the closure that its boot loader points at. */
export interface RebootHost extends OnHosts {
  readonly type: 'RebootHost';
  readonly offMs: number | null;
}

/** The machine is off for `forMs`; `null` for good. */
export interface TakeOffline extends OnHosts {
  readonly type: 'TakeOffline';
  readonly forMs: number | null;
}

/** Nothing gets through between these hosts and the control plane. */
export interface Partition extends OnHosts {
  readonly type: 'Partition';
  readonly forMs: number;
}

/** Every message to and from these hosts takes `extraMs` longer, each way. */
export interface SlowLink extends OnHosts {
  readonly type: 'SlowLink';
  readonly extraMs: number;
  readonly forMs: number;
}

/** Requests of these hosts are lost, or their answers, for a while. */
export interface LoseMessages extends OnHosts {
  readonly type: 'LoseMessages';
  readonly what: 'requests' | 'answers' | 'both';
  readonly forMs: number;
}

/** Every request of these hosts arrives twice for a while. */
export interface DuplicateMessages extends OnHosts {
  readonly type: 'DuplicateMessages';
  readonly forMs: number;
}

/** The control plane's process restarts; its database stays. */
export interface RestartControlPlane {
  readonly type: 'RestartControlPlane';
  readonly downMs: number | null;
}

/** The control plane comes back with an empty database. */
export interface LoseDatabase {
  readonly type: 'LoseDatabase';
  readonly downMs: number | null;
}

/** From now on activations of these hosts fail. */
export interface FailActivation extends OnHosts {
  readonly type: 'FailActivation';
  readonly exitCode: number;
  /** How many of them fail; `null` for all. */
  readonly times: number | null;
}

/** From now on activations of these hosts end with this closure running instead. */
export interface MisreportClosure extends OnHosts {
  readonly type: 'MisreportClosure';
  readonly closure: string;
  readonly times: number | null;
}

/** From now on activations of these hosts are deferred to the next boot. */
export interface DeferActivation extends OnHosts {
  readonly type: 'DeferActivation';
  readonly component: string;
  /** When the operator reboots the host, after the deferral; `null` if nobody does while faults go on. */
  readonly rebootAfterMs: number | null;
  readonly times: number | null;
}

/** What a step about probes is about. */
interface OnProbes extends OnHosts {
  /** By name; `null` for every enforce probe of the host. */
  readonly probe: string | null;
  /** `null`: until the run ends, or faults stop. */
  readonly forMs: number | null;
}

/** The probes fail on the closure that the rollout brings, and pass on the one before. */
export interface FailProbe extends OnProbes {
  readonly type: 'FailProbe';
}

/** The probes go between failing and passing, half of `periodMs` each, beginning with failing. */
export interface FlapProbe extends OnProbes {
  readonly type: 'FlapProbe';
  readonly periodMs: number;
}

/** The probes never report. */
export interface SilenceProbe extends OnProbes {
  readonly type: 'SilenceProbe';
}

/** From now on rollbacks of these hosts fail. */
export interface FailRollback extends OnHosts {
  readonly type: 'FailRollback';
  readonly exitCode: number;
  readonly times: number | null;
}

/** The clocks of these hosts are set. */
export interface SetClock extends OnHosts {
  readonly type: 'SetClock';
  readonly skewMs: number;
  readonly driftPpm: number;
}

/** A new release is signed and verified: it replaces those of the channels that it names. */
export interface PublishRelease {
  readonly type: 'PublishRelease';
  readonly rollouts: readonly RolloutManifest[];
}

/** Something that a scenario makes happen. */
export type ScenarioAction =
  | CrashAgent
  | RebootHost
  | TakeOffline
  | Partition
  | SlowLink
  | LoseMessages
  | DuplicateMessages
  | RestartControlPlane
  | LoseDatabase
  | FailActivation
  | MisreportClosure
  | DeferActivation
  | FailProbe
  | FlapProbe
  | SilenceProbe
  | FailRollback
  | SetClock
  | PublishRelease;

export type ScenarioActionType = ScenarioAction['type'];

export interface ScenarioStep {
  readonly when: When;
  readonly do: ScenarioAction;
}
