import type { Effect } from '../machine/effects.ts';
import type { ControlPlaneEffect } from './control-plane-effects.ts';

/**
 * A function for each effect of the control plane. A missing one, or one for an agent's effect, fails to compile.
 */
export type ControlPlaneEffectHandlers = {
  readonly [E in ControlPlaneEffect as E['type']]: (effect: E) => void;
};

/**
 * Hands each effect to its handler, in order. An effect that has none (an agent's, which is a defect) goes to
 * `onForeign` and is not performed.
 */
export function performControlPlaneEffects(
  effects: readonly (ControlPlaneEffect | Effect)[],
  handlers: ControlPlaneEffectHandlers,
  onForeign: (effect: { readonly type: string }) => void,
): void {
  for (const effect of effects) {
    if (isOwn(effect, handlers)) perform(effect, handlers);
    else onForeign(effect);
  }
}

function isOwn(
  effect: ControlPlaneEffect | Effect,
  handlers: ControlPlaneEffectHandlers,
): effect is ControlPlaneEffect {
  return Object.hasOwn(handlers, effect.type);
}

function perform<E extends ControlPlaneEffect>(effect: E, handlers: ControlPlaneEffectHandlers): void {
  // The compiler does not see that the handler found under an effect's own tag takes that effect; the type says so.
  (handlers[effect.type] as (effect: E) => void)(effect);
}
