import { performEffects, type EffectHandlers, type EffectTags } from '../machine/perform-effects.ts';
import type { AgentEffect } from './agent-effects.ts';

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
