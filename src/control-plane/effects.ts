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

/** Plan action: roll out the ref of a channel. `RemoteOpenRolloutRecord` follows for each host. */
export interface OpenRollout {
  readonly type: 'OpenRollout';
  readonly rolloutId: string;
  readonly channel: string;
  readonly targetRef: string;
  readonly hosts: number;
  readonly at: Time;
}

/**
 * Plan action: `toWave` may be dispatched. If it equals `fromWave`, every host up to the current wave is past
 * activation.
 */
export interface AdvanceWave {
  readonly type: 'AdvanceWave';
  readonly rolloutId: string;
  readonly fromWave: number;
  readonly toWave: number;
  readonly at: Time;
}

/** Plan action: the host may start. `RemoteQueueDispatch` follows. */
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
 * Gate decision: the host has to wait. Reported only when its gate, or what the gate waits for, changes: in a large
 * fleet, repetitions at every pass would drown out everything else.
 */
export interface DeferDispatch {
  readonly type: 'DeferDispatch';
  readonly rolloutId: string;
  readonly host: string;
  readonly gate: GateName;
  /** A sentence for a person, with what to do. */
  readonly reason: string;
  /** The data behind the sentence. */
  readonly hold: Hold;
  readonly at: Time;
}

/** An outstanding dispatch is no longer offered. */
export interface WithdrawDispatch {
  readonly type: 'WithdrawDispatch';
  readonly rolloutId: string;
  readonly host: string;
  readonly because: 'rollout-halted' | 'rollout-superseded' | 'quarantined' | 'taken-over' | 'pruned';
  readonly at: Time;
}

/** The current wave has no hosts and is skipped: a warning. */
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
 * Append an event that no agent sent but a heartbeat implies. Takes the place of `RemoteAppendEventLog`, so that the
 * log distinguishes the two.
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
 * Append an agent's event that changed no record, so that the event log has every reported event. Emitted once, however
 * often the event arrives.
 */
export interface AppendUnappliedEvent {
  readonly type: 'AppendUnappliedEvent';
  readonly rolloutId: string;
  readonly host: string;
  readonly payload: OutboundEvent;
  /** `late`: a synthesis or a take-over has passed its number. Otherwise, the machine refused it. */
  readonly because: 'late' | 'illegal' | 'conflict';
  readonly at: Time;
}

/**
 * The record was taken over from the agent's snapshot, because the database was rebuilt or an event was lost on the
 * way. A loss is also logged as a warning.
 */
export interface TakeOverRecord {
  readonly type: 'TakeOverRecord';
  readonly rolloutId: string;
  readonly host: string;
  readonly record: HostRolloutState;
  readonly because: 'rebuilt' | 'gap';
  readonly at: Time;
}

/** The host has sent no heartbeat for `missedIntervals` intervals. Reported once; has no other effect. */
export interface HostUnreachable {
  readonly type: 'HostUnreachable';
  readonly host: string;
  /** `null` if it never sent one. */
  readonly lastHeartbeatAt: Time | null;
  readonly missedIntervals: number;
  readonly at: Time;
}

/** An unreachable host sent a heartbeat. */
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
 * Everything that the control plane asks its runtime to do, in order. The runtime appends the effects to the event log,
 * from which records and quarantines can be rebuilt.
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

/**
 * One handler per effect of the control plane. A missing handler fails to compile, and so does one for an agent's
 * effect.
 */
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
 * Passes each effect to its handler, one at a time, and awaits promises. An agent's effect is a bug: it goes to
 * `onForeign` instead, and the next effect follows (specification: host-machine, "Effects").
 *
 * Rejects if a handler does, and performs nothing after it. The runtime must then stop, and restore its last state.
 */
export async function performControlPlaneEffects(
  effects: readonly { readonly type: string }[],
  handlers: ControlPlaneEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void | Promise<void>,
): Promise<void> {
  await performEffects<ControlPlaneEffect>(CONTROL_PLANE_EFFECTS, effects, handlers, onForeign);
}
