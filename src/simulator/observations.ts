import type { AgentInputOf, OutboxHeader, ProbeTask, SentEvent, Worker } from '../agent/index.ts';
import type {
  ControlPlaneEffect,
  ControlPlaneSnapshot,
  EventAnswer,
  OutstandingDispatch,
} from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { HostState, LogLevel, OutboundEvent } from '../machine/index.ts';
import type { Heartbeat, HeartbeatAnswer } from '../wire/index.ts';
import type { DeclaredRelease } from './declared-release.ts';
import type { EndOfRun } from './end-of-run.ts';
import type { RunMs } from './run-ms.ts';
import type { Work, WorkResult } from './work.ts';

interface Observed {
  readonly runMs: RunMs;
}

interface OnHost extends Observed {
  readonly hostname: string;
}

interface OfRollout extends OnHost {
  readonly rolloutId: string;
}

/** A release was published: one signed manifest per channel. */
export interface ReleaseObserved extends Observed {
  readonly type: 'ReleasePublished';
  readonly rollouts: readonly RolloutManifest[];
  /** What they were made from; absent if that is not known. */
  readonly declared?: DeclaredRelease;
}

/** An agent process starts. `workers` still run from before; `rebooted` if the machine was started too. */
export interface AgentStarted extends OnHost {
  readonly type: 'AgentStarted';
  readonly rebooted: boolean;
  readonly workers: readonly Worker[];
  /** What the outbox on disk holds, in the order in which it was written. */
  readonly outbox: readonly { readonly rolloutId: string; readonly seq: number }[];
}

/** The agent process crashed, and its machine keeps running. */
export interface AgentStopped extends OnHost {
  readonly type: 'AgentStopped';
}

/** The machine is off; its workers are gone. */
export interface MachineStopped extends OnHost {
  readonly type: 'MachineStopped';
}

/** The running closure of a machine changed. */
export interface ClosureChanged extends OnHost {
  readonly type: 'ClosureChanged';
  readonly closure: string;
  /** A worker of the agent, the boot loader, or somebody by hand. */
  readonly by: 'worker' | 'boot' | 'hand';
  /** The closure that the worker is going to report. */
  readonly reported: string;
}

/** The closure that the boot loader would start changed. */
export interface BootClosureChanged extends OnHost {
  readonly type: 'BootClosureChanged';
  readonly closure: string;
}

/** A host's clock was set, perhaps to the same time. */
export interface ClockSet extends OnHost {
  readonly type: 'ClockSet';
}

/** Everything an agent has written was lost. */
export interface DiskLost extends OnHost {
  readonly type: 'DiskLost';
}

/** An agent wrote an event into its outbox. */
export interface EventEmitted extends OfRollout {
  readonly type: 'EventEmitted';
  readonly event: OutboundEvent;
  readonly durable: boolean;
}

/** An agent removed an event from its outbox. */
export interface EventForgotten extends OfRollout {
  readonly type: 'EventForgotten';
  readonly seq: number;
}

/** An agent wrote the header of a rollout. */
export interface HeaderWritten extends OnHost {
  readonly type: 'HeaderWritten';
  readonly header: OutboxHeader;
}

/** An agent sends events, after `afterMs` and a part of `jitterMs`. */
export interface EventsSent extends OfRollout {
  readonly type: 'EventsSent';
  readonly seqs: readonly number[];
  readonly afterMs: number;
  readonly jitterMs: number;
}

/** An agent got the result of sending events. */
export interface EventsDelivered extends OfRollout {
  readonly type: 'EventsDelivered';
  readonly events: readonly SentEvent[];
}

/** An agent started a switch or a rollback. */
export interface WorkStarted extends OnHost {
  readonly type: 'WorkStarted';
  readonly work: Work;
}

/** A switch or a rollback ended, and reports to the agent if it is running. */
export interface WorkEnded extends OnHost {
  readonly type: 'WorkEnded';
  readonly work: Work;
  /** It never started, because another one held the lock. */
  readonly wasLockedOut: boolean;
  readonly result: WorkResult;
}

/** An agent started its probes. Each runs at once, and then periodically. */
export interface ProbesStarted extends OfRollout {
  readonly type: 'ProbesStarted';
  readonly generation: number;
  readonly probes: readonly ProbeTask[];
}

/** An agent stopped the probes of a generation. */
export interface ProbesStopped extends OnHost {
  readonly type: 'ProbesStopped';
  readonly generation: number;
}

/** A probe run ended, and the agent gets its outcome. */
export interface ProbeRan extends OnHost {
  readonly type: 'ProbeRan';
  readonly outcome: AgentInputOf<'ProbeOutcome'>;
}

/** An agent sends a heartbeat. */
export interface HeartbeatSent extends OnHost {
  readonly type: 'HeartbeatSent';
  readonly heartbeat: Heartbeat;
}

/** An agent received a dispatch that matches its signed manifest. */
export interface DispatchReceived extends OfRollout {
  readonly type: 'DispatchReceived';
}

/** An agent received the answer to a heartbeat. May be left out if it brings nothing new. */
export interface HeartbeatAnswered extends OnHost {
  readonly type: 'HeartbeatAnswered';
  readonly answer: HeartbeatAnswer;
}

/** An agent stopped waiting for the answer to a heartbeat. */
export interface HeartbeatUnanswered extends OnHost {
  readonly type: 'HeartbeatUnanswered';
}

/** The agent's own record changed its state. */
export interface AgentMoved extends OfRollout {
  readonly type: 'AgentMoved';
  readonly from: HostState;
  readonly to: HostState;
}

/** An agent logged something. */
export interface AgentLogged extends OnHost {
  readonly type: 'AgentLogged';
  readonly level: LogLevel;
  readonly message: string;
}

/** An agent raised a metric. */
export interface AgentMeasured extends OnHost {
  readonly type: 'AgentMeasured';
  readonly metric: string;
}

/**
 * An agent performed all effects of an input, and is still running. Left out after a tick without effects, and may be
 * left out after one that only sends a heartbeat, once a heartbeat has been answered.
 */
export interface AgentIdle extends OnHost {
  readonly type: 'AgentIdle';
}

/** The last event in the outbox of a host was answered, and none is in flight. */
export interface OutboxEmptied extends OnHost {
  readonly type: 'OutboxEmptied';
}

/** The control plane performs an effect. */
export interface EffectPerformed extends Observed {
  readonly type: 'EffectPerformed';
  readonly effect: ControlPlaneEffect;
}

/** The control plane answered an event, after performing its effects. */
export interface EventAnswered extends OfRollout {
  readonly type: 'EventAnswered';
  readonly event: OutboundEvent;
  readonly outcome: EventAnswer['outcome'];
}

/** A heartbeat has arrived, and the control plane is about to handle it. */
interface HeartbeatReceived extends OnHost {
  readonly type: 'HeartbeatReceived';
  readonly heartbeat: Heartbeat;
}

/** The control plane answered the last heartbeat, after performing its effects. */
export interface HeartbeatReplied extends OnHost {
  readonly type: 'HeartbeatReplied';
  readonly answer: HeartbeatAnswer;
}

/** The control plane answers a poll. */
export interface PollAnswered extends OnHost {
  readonly type: 'PollAnswered';
  readonly dispatch: OutstandingDispatch | null;
}

/** The control plane performed all effects of an input. Left out if there were none. */
export interface ControlPlaneIdle extends Observed {
  readonly type: 'ControlPlaneIdle';
}

/** A planning interval ended, and a planning pass follows. */
export interface PlanTicked extends Observed {
  readonly type: 'PlanTicked';
}

/** The control plane's process stopped or restarted. Its database persists. */
export interface ControlPlaneLife extends Observed {
  readonly type: 'ControlPlaneStopped' | 'ControlPlaneStarted';
}

/** The control plane lost its database, including its event log. */
export interface DatabaseLost extends Observed {
  readonly type: 'DatabaseLost';
}

/** The control plane's database was restored to its state at `asOfRunMs`, including its event log. */
export interface DatabaseRestored extends Observed {
  readonly type: 'DatabaseRestored';
  readonly asOfRunMs: RunMs;
  readonly database: ControlPlaneSnapshot;
}

/** The control plane's clock was set: how far ahead of true time it is, and how much faster it runs. */
export interface ControlPlaneClockSet extends Observed {
  readonly type: 'ControlPlaneClockSet';
  readonly skewMs: number;
  readonly driftPpm: number;
}

/** The last observation of a run. */
export interface RunEnded extends Observed {
  readonly type: 'RunEnded';
  readonly because: EndOfRun;
}

/**
 * Something observed from outside while a fleet ran, at the boundary of a process or on a machine. Judges only see
 * these, in order, whether the run was simulated or real. Plain data; see `encodeObservation`.
 */
export type Observation =
  | ReleaseObserved
  | AgentStarted
  | AgentStopped
  | MachineStopped
  | ClosureChanged
  | BootClosureChanged
  | ClockSet
  | DiskLost
  | EventEmitted
  | EventForgotten
  | HeaderWritten
  | EventsSent
  | EventsDelivered
  | WorkStarted
  | WorkEnded
  | ProbesStarted
  | ProbesStopped
  | ProbeRan
  | DispatchReceived
  | HeartbeatSent
  | HeartbeatAnswered
  | HeartbeatUnanswered
  | AgentMoved
  | AgentLogged
  | AgentMeasured
  | AgentIdle
  | OutboxEmptied
  | EffectPerformed
  | EventAnswered
  | HeartbeatReceived
  | HeartbeatReplied
  | PollAnswered
  | ControlPlaneIdle
  | PlanTicked
  | ControlPlaneLife
  | DatabaseLost
  | DatabaseRestored
  | ControlPlaneClockSet
  | RunEnded;

/** An observation of one host. */
export type HostObservation = Extract<Observation, { readonly hostname: string }>;
/** The name of an observation. */
export type ObservationType = Observation['type'];
/** The observation of a type. */
export type ObservationOf<Type extends ObservationType> = Extract<Observation, { readonly type: Type }>;

/** Every type of observation, and whether it is of one host: a type that is missing or wrong here does not compile. */
export const IS_OF_HOST: {
  readonly [Type in ObservationType]: Type extends HostObservation['type'] ? true : false;
} = {
  ReleasePublished: false,
  AgentStarted: true,
  AgentStopped: true,
  MachineStopped: true,
  ClosureChanged: true,
  BootClosureChanged: true,
  ClockSet: true,
  DiskLost: true,
  EventEmitted: true,
  EventForgotten: true,
  HeaderWritten: true,
  EventsSent: true,
  EventsDelivered: true,
  WorkStarted: true,
  WorkEnded: true,
  ProbesStarted: true,
  ProbesStopped: true,
  ProbeRan: true,
  DispatchReceived: true,
  HeartbeatSent: true,
  HeartbeatAnswered: true,
  HeartbeatUnanswered: true,
  AgentMoved: true,
  AgentLogged: true,
  AgentMeasured: true,
  AgentIdle: true,
  OutboxEmptied: true,
  EffectPerformed: false,
  EventAnswered: true,
  HeartbeatReceived: true,
  HeartbeatReplied: true,
  PollAnswered: true,
  ControlPlaneIdle: false,
  PlanTicked: false,
  ControlPlaneStopped: false,
  ControlPlaneStarted: false,
  DatabaseLost: false,
  DatabaseRestored: false,
  ControlPlaneClockSet: false,
  RunEnded: false,
};
