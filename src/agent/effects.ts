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
 * One is in flight for each rollout: a `SendEvents` of the same rollout replaces an earlier one that has not been
 * reported, and only the newest is reported.
 */
export interface SendEvents {
  readonly type: 'SendEvents';
  readonly rolloutId: string;
  /** In the order of `seq`; never empty. */
  readonly events: readonly OutboundEvent[];
  readonly afterMs: number;
  readonly jitterMs: number;
}

/** The control plane has answered this event, so that it need not be kept. */
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
  | SendEvents
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
 * `LocalFireSwitch` and `LocalFireRollbackTo` start a worker that outlives the agent; none is asked for while another runs.
 * `LocalResetProbeCache` needs nothing done: what follows from it comes as `StopProbes` and `StartProbes`.
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
  SendEvents: true,
  RemoveFromOutbox: true,
  WriteOutboxHeader: true,
  RemoveOutboxHeader: true,
  StartProbes: true,
  StopProbes: true,
  SendHeartbeat: true,
};

/**
 * Hands each effect to its handler, one after the other; promises are awaited. An effect that is not an agent's is a
 * defect: `onForeign` gets it, nothing is performed, and the next effect follows (rule 12).
 *
 * Rejects when a handler does, and performs nothing after it. The runtime must then stop this agent as if it had
 * crashed: feed it nothing more, and begin anew with `start` and a `Boot` from what is on disk.
 */
export async function performAgentEffects(
  effects: readonly { readonly type: string }[],
  handlers: AgentEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void | Promise<void>,
): Promise<void> {
  await performEffects<AgentEffect>(AGENT_EFFECTS, effects, handlers, onForeign);
}
