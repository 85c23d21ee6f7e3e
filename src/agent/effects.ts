import {
  type EffectHandlers,
  type EffectTags,
  type LocalEffect,
  type OutboundEvent,
  type ProbeMode,
  type SharedEffect,
  performEffects,
} from '../machine/index.ts';
import type { Heartbeat, OutboxHeader } from '../wire/index.ts';

/**
 * Wait `afterMs` plus a random part of `jitterMs`, post the events in one request, and feed `EventsDelivered`. A single
 * event is posted as an envelope, several as an array of envelopes.
 *
 * Each rollout has one request in flight. A new `SendEvents` replaces the rollout's earlier one if it has not been
 * reported yet, and only the newest is reported.
 */
export interface SendEvents {
  readonly type: 'SendEvents';
  readonly rolloutId: string;
  /** In the order of `seq`; never empty. */
  readonly events: readonly OutboundEvent[];
  readonly afterMs: number;
  readonly jitterMs: number;
}

/** The control plane has answered this event, so the outbox need not keep it. */
export interface RemoveFromOutbox {
  readonly type: 'RemoveFromOutbox';
  readonly rolloutId: string;
  readonly seq: number;
}

/** Replace the rollout's header. Durable: on disk before the next effect. */
export interface WriteOutboxHeader {
  readonly type: 'WriteOutboxHeader';
  readonly header: OutboxHeader;
}

/** The rollout is forgotten: its header and its entries are no longer needed. */
export interface RemoveOutboxHeader {
  readonly type: 'RemoveOutboxHeader';
  readonly rolloutId: string;
}

/** A probe to run at once, and then every `intervalMs`. */
export interface ProbeTask {
  readonly probeName: string;
  readonly kind: string;
  readonly mode: ProbeMode;
  readonly intervalMs: number;
}

/** Run these probes, and feed a `ProbeOutcome` with this generation after each run. None of them is `disabled`. */
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

/** Send the heartbeat, and feed `HeartbeatAnswered` or `HeartbeatUnanswered`. */
export interface SendHeartbeat {
  readonly type: 'SendHeartbeat';
  readonly heartbeat: Heartbeat;
}

/** Effects of the agent itself, besides those of the host machine. */
export type AgentRuntimeEffect =
  | SendEvents
  | RemoveFromOutbox
  | WriteOutboxHeader
  | RemoveOutboxHeader
  | StartProbes
  | StopProbes
  | SendHeartbeat;

/**
 * Everything an agent asks of its runtime, to be performed strictly in order (specification: agent).
 *
 * `LocalEmitEvent` appends to the outbox: if `durable`, it and everything before it is on disk before the next effect.
 * `LocalFireSwitch` and `LocalFireRollbackTo` start a worker that outlives the agent process; there is never more than
 * one. `LocalResetProbeCache` needs no action: `StopProbes` and `StartProbes` follow.
 */
export type AgentEffect = LocalEffect | SharedEffect | AgentRuntimeEffect;

/** The effect of one type, or of several. */
export type AgentEffectOf<Type extends AgentEffect['type']> = Extract<AgentEffect, { readonly type: Type }>;

/** One handler per effect of an agent. A missing handler fails to compile, and so does one for any other effect. */
export type AgentEffectHandlers = EffectHandlers<AgentEffect>;

const AGENT_EFFECTS: EffectTags<AgentEffect> = {
  LocalFireSwitch: true,
  LocalFireRollbackTo: true,
  LocalResetProbeCache: true,
  LocalEmitEvent: true,
  RecordTransition: true,
  EmitMetric: true,
  EmitLog: true,
  SendEvents: true,
  RemoveFromOutbox: true,
  WriteOutboxHeader: true,
  RemoveOutboxHeader: true,
  StartProbes: true,
  StopProbes: true,
  SendHeartbeat: true,
};

/**
 * Passes each effect to its handler, one at a time, and awaits promises. An effect that is not an agent's is a bug: it
 * goes to `onForeign` instead, and the next effect follows (rule 12).
 *
 * Rejects if a handler does, and performs nothing after it. The runtime must then treat this agent as crashed: feed it
 * nothing more, and begin again with `start` and a `Boot` from the disk.
 */
export async function performAgentEffects(
  effects: readonly { readonly type: string }[],
  handlers: AgentEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void | Promise<void>,
): Promise<void> {
  await performEffects<AgentEffect>(AGENT_EFFECTS, effects, handlers, onForeign);
}
