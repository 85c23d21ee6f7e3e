import type { HostEffect, HostRolloutState, Refusal, StepResult } from '../machine/index.ts';

type WithoutMessage<R> = R extends Refusal ? Omit<R, 'message'> : never;

/** A refusal without its message, which is for people: every implementation has its own words. */
export type RefusalFields = WithoutMessage<Refusal>;

/** The outcome of an event, in the shape that files and the line protocol share. */
export type StepAnswer =
  | { readonly ok: { readonly state: HostRolloutState; readonly effects: readonly HostEffect[] } }
  | { readonly err: RefusalFields };

/** Whole parts of an answer that are missing or wrong show as differences, so nothing here need be checked. */
export function answerOf(result: StepResult): StepAnswer {
  if (result.ok) return { ok: { state: result.state, effects: result.effects } };
  const { message: _, ...fields } = result.error;
  return { err: fields };
}
