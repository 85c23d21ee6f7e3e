import {
  performEffects,
  type EffectHandlers,
  type EffectTags,
  type HostRolloutState,
  type OutboundEvent,
  type RemoteEffect,
  type RemoteEvent,
  type SharedEffect,
  type Time,
} from '../machine/index.ts';
import type { RolloutEffect, RolloutEvent } from '../rollout/index.ts';
import type { GateName, Hold } from './gates/hold.ts';

/** Plan action: the ref of a channel goes out. Its hosts' records follow, as RemoteOpenRolloutRecord. */
export interface OpenRollout {
  readonly type: 'OpenRollout';
  readonly rolloutId: string;
  readonly channel: string;
  readonly targetRef: string;
  readonly hosts: number;
  readonly at: Time;
}

/** Plan action: `toWave` may be dispatched now; `toWave` = `fromWave` means that the current wave is through. */
export interface AdvanceWave {
  readonly type: 'AdvanceWave';
  readonly rolloutId: string;
  readonly fromWave: number;
  readonly toWave: number;
  readonly at: Time;
}

/** Plan action: the host may start. The effect RemoteQueueDispatch follows. */
export interface QueueDispatch {
  readonly type: 'QueueDispatch';
  readonly rolloutId: string;
  readonly host: string;
  readonly wave: number;
  readonly targetClosure: string;
  readonly soakDueAt: Time | null;
  readonly dispatchedAt: Time;
}

/**
 * Gate decision: the host has to wait. Reported when its gate, or what that gate waits for, changes, and not anew at
 * every pass: the repetitions of a large fleet would drown everything else.
 */
export interface DeferDispatch {
  readonly type: 'DeferDispatch';
  readonly rolloutId: string;
  readonly host: string;
  readonly gate: GateName;
  /** A sentence that a person can act on. */
  readonly reason: string;
  /** What the sentence is made from. */
  readonly hold: Hold;
  readonly at: Time;
}

/** An outstanding dispatch is not offered any more. */
export interface WithdrawDispatch {
  readonly type: 'WithdrawDispatch';
  readonly rolloutId: string;
  readonly host: string;
  readonly because: 'rollout-halted' | 'rollout-superseded' | 'quarantined' | 'taken-over' | 'pruned';
  readonly at: Time;
}

/** The current wave has no hosts and is passed over: a warning. */
export interface WaveWithoutHosts {
  readonly type: 'WaveWithoutHosts';
  readonly rolloutId: string;
  readonly wave: number;
  readonly at: Time;
}

/** Append an accepted rollout event to the event log. */
export interface AppendRolloutEvent {
  readonly type: 'AppendRolloutEvent';
  readonly rolloutId: string;
  readonly event: RolloutEvent;
}

/**
 * Append an event that nobody sent: a heartbeat stands for it. Takes the place of `RemoteAppendEventLog`, which stands
 * only for events of the agent, so that the log tells the two apart.
 */
export interface SynthesizeEvent {
  readonly type: 'SynthesizeEvent';
  readonly rolloutId: string;
  readonly host: string;
  readonly event: RemoteEvent['type'];
  readonly payload: OutboundEvent;
  readonly at: Time;
}

/**
 * Append an event of the agent that changed no record. Each is appended once, however often it arrives, so that the
 * event log misses nothing that an agent has reported.
 */
export interface AppendUnappliedEvent {
  readonly type: 'AppendUnappliedEvent';
  readonly rolloutId: string;
  readonly host: string;
  readonly payload: OutboundEvent;
  /** Its number was passed by a synthesis or a take-over, or the machine refused it. */
  readonly because: 'late' | 'illegal' | 'conflict';
  readonly at: Time;
}

/**
 * The record was taken over from the agent's snapshot: the database was rebuilt, or an event was lost on the way, of
 * which a warning is logged.
 */
export interface TakeOverRecord {
  readonly type: 'TakeOverRecord';
  readonly rolloutId: string;
  readonly host: string;
  readonly record: HostRolloutState;
  readonly because: 'rebuilt' | 'gap';
  readonly at: Time;
}

/** Nothing was heard of the host for `missedIntervals` heartbeat intervals. Reported once; nothing else happens. */
export interface HostUnreachable {
  readonly type: 'HostUnreachable';
  readonly host: string;
  /** `null` if it never sent one. */
  readonly lastHeartbeatAt: Time | null;
  readonly missedIntervals: number;
  readonly at: Time;
}

/** A host that had been reported unreachable sent a heartbeat. */
export interface HostReachable {
  readonly type: 'HostReachable';
  readonly host: string;
  readonly at: Time;
}

/** What the planner decided. */
export type PlanAction =
  | OpenRollout
  | AdvanceWave
  | QueueDispatch
  | DeferDispatch
  | WithdrawDispatch
  | WaveWithoutHosts;

/**
 * Everything that the control plane asks its runtime to do, in order. The runtime appends them to the event log:
 * records and quarantines can be rebuilt from it.
 */
export type ControlPlaneEffect =
  | RemoteEffect
  | SharedEffect
  | RolloutEffect
  | PlanAction
  | AppendRolloutEvent
  | SynthesizeEvent
  | AppendUnappliedEvent
  | TakeOverRecord
  | HostUnreachable
  | HostReachable;

/** The tag of an effect of the control plane. */
export type ControlPlaneEffectType = ControlPlaneEffect['type'];

/** A function for each effect of the control plane. A missing one, or one for an agent's effect, fails to compile. */
export type ControlPlaneEffectHandlers = EffectHandlers<ControlPlaneEffect>;

const CONTROL_PLANE_EFFECTS: EffectTags<ControlPlaneEffect> = {
  RemoteQueueDispatch: true,
  RemoteInsertQuarantine: true,
  RemoteOpenRolloutRecord: true,
  RemoteAppendEventLog: true,
  RecordTransition: true,
  EmitMetric: true,
  EmitLog: true,
  RecordRolloutTransition: true,
  UpdateCurrentWave: true,
  InsertQuarantineFromRollout: true,
  SchedulePruning: true,
  OpenRollout: true,
  AdvanceWave: true,
  QueueDispatch: true,
  DeferDispatch: true,
  WithdrawDispatch: true,
  WaveWithoutHosts: true,
  AppendRolloutEvent: true,
  SynthesizeEvent: true,
  AppendUnappliedEvent: true,
  TakeOverRecord: true,
  HostUnreachable: true,
  HostReachable: true,
};

/**
 * Hands each effect to its handler, one after the other; promises are awaited. An effect of an agent is a defect:
 * `onForeign` gets it, nothing is performed, and the next effect follows (specification: host-machine, "Effects").
 *
 * Rejects when a handler does, and performs nothing after it: the runtime must then stop, and restore its last state.
 */
export async function performControlPlaneEffects(
  effects: readonly { readonly type: string }[],
  handlers: ControlPlaneEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void | Promise<void>,
): Promise<void> {
  await performEffects<ControlPlaneEffect>(CONTROL_PLANE_EFFECTS, effects, handlers, onForeign);
}
