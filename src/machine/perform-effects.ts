/**
 * One handler per effect. A missing handler fails to compile, and so does one for an unknown effect. Promises are
 * awaited before the next effect is performed.
 */
export type EffectHandlers<Effect extends { readonly type: string }> = {
  readonly [Type in Effect['type']]: (effect: Extract<Effect, { readonly type: Type }>) => void | Promise<void>;
};

/** The tags of one side's effects, to recognise foreign effects at run time. */
export type EffectTags<Effect extends { readonly type: string }> = Readonly<Record<Effect['type'], true>>;

/**
 * Passes each effect to its handler, and waits for it before the next one. An effect that is not in `own` is a bug: it
 * goes to `onForeign` and is not performed, even if `handlers` happens to have a function with its name. The next
 * effect follows (specification: host-machine, "Effects").
 *
 * Rejects with whatever a handler throws or rejects with, and performs nothing after it.
 */
export async function performEffects<Effect extends { readonly type: string }>(
  own: EffectTags<Effect>,
  effects: readonly { readonly type: string }[],
  handlers: EffectHandlers<Effect>,
  onForeign: (effect: { readonly type: string }) => void | Promise<void>,
): Promise<void> {
  for (const effect of effects) {
    // The order makes crashes harmless, so no effect may start before the previous one has finished.
    await (isOwn(own, effect) ? performOne(effect, handlers) : onForeign(effect));
  }
}

function isOwn<Effect extends { readonly type: string }>(
  own: EffectTags<Effect>,
  effect: { readonly type: string },
): effect is Effect {
  // Inherited properties are never `true`.
  return (own as Readonly<Record<string, unknown>>)[effect.type] === true;
}

function performOne<Effect extends { readonly type: string }>(
  effect: Effect,
  handlers: EffectHandlers<Effect>,
): void | Promise<void> {
  const type: Effect['type'] = effect.type;
  // The compiler cannot see that the handler under an effect's tag accepts that effect; the type guarantees it.
  // Called as a method, because `handlers` may be an instance of a class.
  return (handlers[type] as (effect: Effect) => void | Promise<void>)(effect);
}
