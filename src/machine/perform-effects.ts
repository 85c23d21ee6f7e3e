/** One function for each effect: a missing one fails to compile, and so does one for an effect that is not among them. */
export type EffectHandlers<Effect extends { readonly type: string }> = {
  readonly [Type in Effect['type']]: (effect: Extract<Effect, { readonly type: Type }>) => void;
};

/** The tags of one side's effects, because types leave nothing behind to tell a foreign effect by. */
export type EffectTags<Effect extends { readonly type: string }> = Readonly<Record<Effect['type'], true>>;

/**
 * Hands each effect to its handler, in order. One that is not among `own` is a defect: `onForeign` is told, nothing is
 * performed even if `handlers` happens to have a function of that name, and the next effect follows (specification:
 * host-machine, "Effects"). What a handler throws goes to the caller, and nothing after it is performed.
 */
export function performEffects<Effect extends { readonly type: string }>(
  own: EffectTags<Effect>,
  effects: readonly { readonly type: string }[],
  handlers: EffectHandlers<Effect>,
  onForeign: (effect: { readonly type: string }) => void,
): void {
  for (const effect of effects) {
    if (isOwn(own, effect)) performOne(effect, handlers);
    else onForeign(effect);
  }
}

function isOwn<Effect extends { readonly type: string }>(
  own: EffectTags<Effect>,
  effect: { readonly type: string },
): effect is Effect {
  // What any object has by inheritance is not `true`.
  return (own as Readonly<Record<string, unknown>>)[effect.type] === true;
}

function performOne<Effect extends { readonly type: string }>(effect: Effect, handlers: EffectHandlers<Effect>): void {
  const type: Effect['type'] = effect.type;
  // The compiler does not see that the handler found under an effect's own tag takes that effect; the type says so.
  // Called on `handlers`, which may be an object of a class.
  (handlers[type] as (effect: Effect) => void)(effect);
}
