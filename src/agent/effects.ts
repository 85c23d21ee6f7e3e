import type { LocalEffect, SharedEffect } from '../machine/effects.ts';
import type { OutboundEvent, ProbeMode } from '../machine/events.ts';
import { performEffects, type EffectHandlers, type EffectTags } from '../machine/perform-effects.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { Heartbeat } from '../wire/heartbeat.ts';
import type { AgentManifest } from './state.ts';

/** An event that the control plane has not answered yet (specification: agent, rule 4). */
export interface OutboxEntry {
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  /** On disk before anything that follows it; otherwise a crash may lose it, as part of the tail. */
  readonly durable: boolean;
}

/**
 * What the outbox keeps of a rollout beside its undelivered events. Always durable.
 *
 * Entries leave the outbox when they are delivered, and some never reach the disk, so the entries alone cannot tell
 * which numbers were used, nor what the host was doing. The header can: it is written before the first number above
 * `numberedTo` is used, which makes "none is ever used for two events" (rule 11) hold without an answer too, and again
 * after each change of state, so that an agent and a control plane which both lost their memory still know the host.
 */
export interface OutboxHeader {
  readonly rolloutId: string;
  readonly manifest: AgentManifest;
  /** The record without what the entries after its `lastEventSeq` tell. */
  readonly record: HostRolloutState;
  /** No number above this one was ever used; some below may never have been. A gap does no harm. */
  readonly numberedTo: number;
}

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

/** One handler for each effect of an agent: a missing one fails to compile, and so does one that is not an agent's. */
export type AgentEffectHandlers = EffectHandlers<AgentEffect>;

const AGENT_EFFECTS: EffectTags<AgentEffect> = {
  LocalFireSwitch: true,
  LocalFireRollbackTo: true,
  LocalResetProbeCache: true,
  LocalEmitEvent: true,
  RecordTransition: true,
  EmitMetric: true,
  EmitLog: true,
  SendEvent: true,
  RemoveFromOutbox: true,
  WriteOutboxHeader: true,
  RemoveOutboxHeader: true,
  StartProbes: true,
  StopProbes: true,
  SendHeartbeat: true,
};

/**
 * Hands each effect to its handler, in order. An effect that is no agent's is a defect: `onForeign` is told, nothing is
 * performed, and the next effect follows (specification: agent, rule 12).
 */
export function performAgentEffects(
  effects: readonly { readonly type: string }[],
  handlers: AgentEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void,
): void {
  performEffects<AgentEffect>(AGENT_EFFECTS, effects, handlers, onForeign);
}
