import type { HoldCause, HostEdgeHold, SynthesizeEvent, WithdrawDispatch } from '../control-plane/index.ts';
import type { HostState, LogLevel, OutboundEvent, OutboundEventType } from '../machine/index.ts';
import type { RolloutState } from '../rollout/index.ts';
import type { KnownFault } from './faults/index.ts';
import type { InvariantName } from './invariants/index.ts';
import type { RunMs } from './run-ms.ts';

interface Happened {
  readonly runMs: RunMs;
}

/** An event about one host in one rollout. */
interface OfHost extends Happened {
  readonly hostname: string;
  readonly rolloutId: string;
}

/** An agent process started; `rebooted` if its machine did too. */
export interface AgentBooted extends Happened {
  readonly type: 'AgentBooted';
  readonly hostname: string;
  readonly rebooted: boolean;
  readonly closure: string;
}

/** The control plane became reachable or unreachable. */
export interface ControlPlaneReachability extends Happened {
  readonly type: 'ControlPlaneDown' | 'ControlPlaneUp';
}

/** The host's own record changed its state. */
export interface AgentTransition extends OfHost {
  readonly type: 'AgentTransition';
  readonly from: HostState;
  readonly to: HostState;
}

/** The control plane accepted an event of a host. */
export interface EventAccepted extends OfHost {
  readonly type: 'EventAccepted';
  readonly event: OutboundEvent;
}

/** The control plane's record of the host changed its state. */
export interface HostTransition extends OfHost {
  readonly type: 'HostTransition';
  readonly from: HostState;
  readonly to: HostState;
}

/** An event of a host changed no record of the control plane. */
export interface EventDropped extends OfHost {
  readonly type: 'EventDropped';
  readonly eventType: OutboundEventType;
  readonly seq: number;
  readonly outcome: 'duplicate' | 'late' | 'illegal' | 'unknown' | 'conflict';
}

/** The control plane synthesized an event from a heartbeat. */
export interface EventSynthesized extends OfHost {
  readonly type: 'EventSynthesized';
  readonly eventType: SynthesizeEvent['event'];
  readonly seq: number;
}

/** The control plane took the record over from the agent's snapshot. */
export interface RecordTakenOver extends OfHost {
  readonly type: 'RecordTakenOver';
  readonly state: HostState;
  readonly seq: number;
}

/** A rollout opened. */
export interface RolloutWasOpened extends Happened {
  readonly type: 'RolloutOpened';
  readonly rolloutId: string;
  /** The number of its hosts. */
  readonly hosts: number;
}

/** A rollout changed its state. */
export interface RolloutTransition extends Happened {
  readonly type: 'RolloutTransition';
  readonly rolloutId: string;
  readonly from: RolloutState;
  readonly to: RolloutState;
}

/** `toWave` = `fromWave`: every host of the wave is past activation. */
export interface WaveWasAdvanced extends Happened {
  readonly type: 'WaveAdvanced';
  readonly rolloutId: string;
  readonly fromWave: number;
  readonly toWave: number;
}

/** A wave had no hosts, and was skipped. */
export interface WaveWasEmpty extends Happened {
  readonly type: 'WaveEmpty';
  readonly rolloutId: string;
  readonly wave: number;
}

/** The control plane dispatched a rollout to a host. */
export interface HostDispatched extends OfHost {
  readonly type: 'HostDispatched';
  readonly wave: number;
  readonly soakDueRunMs: RunMs | null;
}

/** A hold in the event log: its time is relative to the start of the run. */
export type RunHold =
  | Exclude<HoldCause, { readonly gate: HostEdgeHold['gate'] }>
  | (Omit<HostEdgeHold, 'notBefore'> & { readonly notBeforeRunMs: RunMs | null });

/** A gate starts holding a host back. Reported again when the gate, or what it waits for, changes. */
export interface HostHeld extends OfHost {
  readonly type: 'HostHeld';
  readonly hold: RunHold;
}

/** The control plane withdrew a dispatch. */
export interface DispatchWithdrawn extends OfHost {
  readonly type: 'DispatchWithdrawn';
  readonly because: WithdrawDispatch['because'] | 'backup-restored';
}

/** The control plane quarantined a closure. */
export interface ClosureQuarantined extends Happened {
  readonly type: 'ClosureQuarantined';
  readonly channel: string;
  readonly closure: string;
}

/** The control plane found a host unreachable, or reachable again. */
export interface HostReachability extends Happened {
  readonly type: 'HostUnreachable' | 'HostReachable';
  readonly hostname: string;
}

/** A fault struck. `hostname` is `null` if it is not about a single host. */
export type FaultHappened = Happened & {
  readonly type: 'Fault';
  readonly hostname: string | null;
} & KnownFault;

/** A release was published with these rollouts. */
export interface ReleasePublished extends Happened {
  readonly type: 'ReleasePublished';
  readonly rolloutIds: readonly string[];
}

/** A fleet file with other hosts, or with hosts on other channels, was published. */
export interface FleetChanged extends Happened {
  readonly type: 'FleetChanged';
  readonly joined: readonly string[];
  readonly left: readonly string[];
  readonly moved: readonly { readonly hostname: string; readonly from: string; readonly to: string }[];
}

/** Faults stop. From here on, everything must finish. */
export interface FaultsStopped extends Happened {
  readonly type: 'FaultsStopped';
}

/** A warning or an error of an agent, or of the control plane (`hostname` null). */
export interface Logged extends Happened {
  readonly type: 'Logged';
  readonly hostname: string | null;
  readonly level: LogLevel;
  readonly message: string;
}

/** An invariant of the protocol was broken. Never happens in a correct protocol. */
export interface InvariantBroken extends Happened {
  readonly type: 'InvariantBroken';
  readonly invariant: InvariantName;
  readonly hostname: string | null;
  readonly rolloutId: string | null;
  readonly message: string;
}

/** One line of the event log: what happened in a run, in order. The order of the fields is part of the format. */
export type RunEvent =
  | AgentBooted
  | ControlPlaneReachability
  | AgentTransition
  | EventAccepted
  | HostTransition
  | EventDropped
  | EventSynthesized
  | RecordTakenOver
  | RolloutWasOpened
  | RolloutTransition
  | WaveWasAdvanced
  | WaveWasEmpty
  | HostDispatched
  | HostHeld
  | DispatchWithdrawn
  | ClosureQuarantined
  | HostReachability
  | FaultHappened
  | ReleasePublished
  | FleetChanged
  | FaultsStopped
  | Logged
  | InvariantBroken;

/** The name of a run event. */
export type RunEventType = RunEvent['type'];
/** The run event of a type. */
export type RunEventOf<Type extends RunEventType> = Extract<RunEvent, { readonly type: Type }>;
