import type { AgentEffect } from './agent-effects.ts';

/** One handler for each effect of an agent: a missing one fails to compile, and so does one that is not an agent's. */
export type AgentEffectHandlers = {
  readonly [Type in AgentEffect['type']]: (effect: Extract<AgentEffect, { readonly type: Type }>) => void;
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
  for (const effect of effects) {
    if (isHandled(effect, handlers)) performOne(effect, handlers);
    else onForeign(effect);
  }
}

function isHandled(effect: { readonly type: string }, handlers: AgentEffectHandlers): effect is AgentEffect {
  return Object.hasOwn(handlers, effect.type);
}

function performOne<Type extends AgentEffect['type']>(
  effect: Extract<AgentEffect, { readonly type: Type }>,
  handlers: AgentEffectHandlers,
): void {
  // Right, because an effect tagged `Type` has no other tag; the compiler reads the field as the whole union's.
  handlers[effect.type as Type](effect);
}
