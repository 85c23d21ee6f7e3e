import type { GateName, SynthesizeEvent, WithdrawDispatch } from '../control-plane/index.ts';
import type { LogLevel } from '../machine/effects.ts';
import type { OutboundEventType } from '../machine/events.ts';
import type { HostState } from '../machine/record.ts';
import type { RolloutState } from '../rollout/index.ts';
import type { FaultName } from './fault-names.ts';
import type { InvariantName } from './invariants/invariant-names.ts';

/** Milliseconds since the start of the run, by true time. */
interface Happened {
  readonly at: number;
}

/** Something that happens to one host in one rollout. */
interface OfHost extends Happened {
  readonly host: string;
  readonly rollout: string;
}

/** An agent process began; `rebooted` if its machine did too. */
export interface AgentBooted extends Happened {
  readonly type: 'AgentBooted';
  readonly host: string;
  readonly rebooted: boolean;
  readonly closure: string;
}

/** The host's own machine went from one state to another. */
export interface AgentTransition extends OfHost {
  readonly type: 'AgentTransition';
  readonly from: HostState;
  readonly to: HostState;
}

/** The control plane took an event of a host, sent or synthesized. `detail` is the part of it that people ask for. */
export interface EventAccepted extends OfHost {
  readonly type: 'EventAccepted';
  readonly event: OutboundEventType;
  readonly seq: number;
  readonly detail: string;
}

/** The control plane's copy of the host's machine went from one state to another. */
export interface HostTransition extends OfHost {
  readonly type: 'HostTransition';
  readonly from: HostState;
  readonly to: HostState;
}

/** The control plane did not take an event; `answer` is its status. */
export interface EventDropped extends OfHost {
  readonly type: 'EventDropped';
  readonly event: OutboundEventType;
  readonly seq: number;
  readonly outcome: 'duplicate' | 'illegal' | 'unknown' | 'conflict';
}

export interface EventSynthesized extends OfHost {
  readonly type: 'EventSynthesized';
  readonly event: SynthesizeEvent['event'];
  readonly seq: number;
}

/** The control plane took the record over from the agent's snapshot. */
export interface RecordTakenOver extends OfHost {
  readonly type: 'RecordTakenOver';
  readonly state: HostState;
  readonly seq: number;
}

export interface RolloutWasOpened extends Happened {
  readonly type: 'RolloutOpened';
  readonly rollout: string;
  readonly hosts: number;
}

export interface RolloutTransition extends Happened {
  readonly type: 'RolloutTransition';
  readonly rollout: string;
  readonly from: RolloutState;
  readonly to: RolloutState;
}

/** `toWave` = `fromWave`: every host of the wave is past activation. */
export interface WaveWasAdvanced extends Happened {
  readonly type: 'WaveAdvanced';
  readonly rollout: string;
  readonly fromWave: number;
  readonly toWave: number;
}

export interface WaveWasEmpty extends Happened {
  readonly type: 'WaveEmpty';
  readonly rollout: string;
  readonly wave: number;
}

export interface HostDispatched extends OfHost {
  readonly type: 'HostDispatched';
  readonly wave: number;
  /** Since the start of the run, like `at`. */
  readonly soakDueAt: number | null;
}

/** A gate holds the host back; told when the gate, or what it waits for, changes. */
export interface HostHeld extends OfHost {
  readonly type: 'HostHeld';
  readonly gate: GateName;
  readonly reason: string;
}

export interface DispatchWithdrawn extends OfHost {
  readonly type: 'DispatchWithdrawn';
  readonly because: WithdrawDispatch['because'];
}

export interface ClosureQuarantined extends Happened {
  readonly type: 'ClosureQuarantined';
  readonly channel: string;
  readonly closure: string;
}

export interface HostReachability extends Happened {
  readonly type: 'HostUnreachable' | 'HostReachable';
  readonly host: string;
}

/** A fault happened. `host` is `null` where it is not about one. */
export interface FaultHappened extends Happened {
  readonly type: 'Fault';
  readonly fault: FaultName;
  readonly host: string | null;
  readonly detail: string;
}

export interface ReleasePublished extends Happened {
  readonly type: 'ReleasePublished';
  readonly rollouts: readonly string[];
}

/** Faults stop here; what follows has to come to an end. */
export interface FaultsStopped extends Happened {
  readonly type: 'FaultsStopped';
}

/** A warning or an error of an agent or of the control plane (`host` null). */
export interface Logged extends Happened {
  readonly type: 'Logged';
  readonly host: string | null;
  readonly level: LogLevel;
  readonly message: string;
}

export interface InvariantBroken extends Happened {
  readonly type: 'InvariantBroken';
  readonly invariant: InvariantName;
  readonly host: string | null;
  readonly rollout: string | null;
  readonly message: string;
}

/** One line of the event log: what happened in a run, in order. The order of the fields is part of the format. */
export type RunEvent =
  | AgentBooted
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
  | FaultsStopped
  | Logged
  | InvariantBroken;

export type RunEventType = RunEvent['type'];
export type RunEventOf<Type extends RunEventType> = Extract<RunEvent, { readonly type: Type }>;
