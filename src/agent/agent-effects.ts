import type { LocalEffect, SharedEffect } from '../machine/effects.ts';
import type { OutboundEvent, ProbeMode } from '../machine/events.ts';
import type { Heartbeat } from '../wire/heartbeat.ts';
import type { OutboxHeader } from './outbox-entry.ts';

/**
 * Wait `afterMs` and a random part of `jitterMs`, post the event, and feed `EventDelivered`.
 *
 * One is under way for each rollout: a `SendEvent` of the same rollout takes the place of an earlier one that has not
 * been reported, and only the newest is reported.
 */
export interface SendEvent {
  readonly type: 'SendEvent';
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  readonly afterMs: number;
  readonly jitterMs: number;
}

/** The control plane has answered for this event: it need not be kept. */
export interface RemoveFromOutbox {
  readonly type: 'RemoveFromOutbox';
  readonly rolloutId: string;
  readonly seq: number;
}

/** Write the header of a rollout in place of its earlier one. Durable: on disk before the next effect. */
export interface WriteOutboxHeader {
  readonly type: 'WriteOutboxHeader';
  readonly header: OutboxHeader;
}

/** The rollout is forgotten: neither its header nor any entry of it is needed. */
export interface RemoveOutboxHeader {
  readonly type: 'RemoveOutboxHeader';
  readonly rolloutId: string;
}

/** A probe to run at once, and then again every `intervalMs`. */
export interface ProbeTask {
  readonly probeName: string;
  readonly kind: string;
  readonly mode: ProbeMode;
  readonly intervalMs: number;
}

/** Run these probes and feed each run's `ProbeOutcome` with this generation. None is `disabled`. */
export interface StartProbes {
  readonly type: 'StartProbes';
  readonly rolloutId: string;
  readonly generation: number;
  readonly probes: readonly ProbeTask[];
}

/** Stop every probe of this generation. */
export interface StopProbes {
  readonly type: 'StopProbes';
  readonly generation: number;
}

/** Send it, and feed `HeartbeatAnswered` or `HeartbeatUnanswered`. */
export interface SendHeartbeat {
  readonly type: 'SendHeartbeat';
  readonly heartbeat: Heartbeat;
}

/** What the runtime around an agent does beside what the host machine asks for. */
export type AgentRuntimeEffect =
  | SendEvent
  | RemoveFromOutbox
  | WriteOutboxHeader
  | RemoveOutboxHeader
  | StartProbes
  | StopProbes
  | SendHeartbeat;

/**
 * Everything that an agent asks of its runtime, to be performed strictly in order (specification: agent).
 *
 * `LocalEmitEvent` appends to the outbox: if `durable`, it and everything before it is on disk before the next effect.
 * `LocalResetProbeCache` is told for the record; what is to be done about it follows as `StopProbes` and `StartProbes`.
 */
export type AgentEffect = LocalEffect | SharedEffect | AgentRuntimeEffect;

/** The effect of one type, or of several. */
export type AgentEffectOf<Type extends AgentEffect['type']> = Extract<AgentEffect, { readonly type: Type }>;
