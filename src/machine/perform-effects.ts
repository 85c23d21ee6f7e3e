/**
 * One function for each effect: a missing one fails to compile, and so does one for an effect that is not among them. A
 * promise is awaited before the next effect is performed.
 */
export type EffectHandlers<Effect extends { readonly type: string }> = {
  readonly [Type in Effect['type']]: (effect: Extract<Effect, { readonly type: Type }>) => void | Promise<void>;
};

/** The tags of one side's effects, because types leave nothing behind to tell a foreign effect by. */
export type EffectTags<Effect extends { readonly type: string }> = Readonly<Record<Effect['type'], true>>;

/**
 * Hands each effect to its handler, one after the other: each is done before the next begins. One that is not among
 * `own` is a defect: `onForeign` gets it, nothing is performed even if `handlers` happens to have a function of that
 * name, and the next effect follows (specification: host-machine, "Effects").
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
    // Their order is what makes a crash harmless, so that none may begin before the one before it is done.
    await (isOwn(own, effect) ? performOne(effect, handlers) : onForeign(effect));
  }
}

function isOwn<Effect extends { readonly type: string }>(
  own: EffectTags<Effect>,
  effect: { readonly type: string },
): effect is Effect {
  // What any object has by inheritance is not `true`.
  return (own as Readonly<Record<string, unknown>>)[effect.type] === true;
}

function performOne<Effect extends { readonly type: string }>(
  effect: Effect,
  handlers: EffectHandlers<Effect>,
): void | Promise<void> {
  const type: Effect['type'] = effect.type;
  // The compiler does not see that the handler found under an effect's own tag takes that effect; the type says so.
  // Called on `handlers`, which may be an object of a class.
  return (handlers[type] as (effect: Effect) => void | Promise<void>)(effect);
}
