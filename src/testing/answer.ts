import type { HostEffect, HostRolloutState, Refusal, StepResult } from '../machine/index.ts';

type WithoutMessage<R> = R extends Refusal ? Omit<R, 'message'> : never;

/** A refusal without its message, which every implementation words differently. */
export type RefusalFields = WithoutMessage<Refusal>;

/** The outcome of an event, in the shape that files and the line protocol share. */
export type StepAnswer =
  | { readonly ok: { readonly state: HostRolloutState; readonly effects: readonly HostEffect[] } }
  | { readonly err: RefusalFields };

/** Missing or wrong parts of an answer show up as differences, so nothing is checked here. */
export function answerOf(result: StepResult): StepAnswer {
  if (result.ok) return { ok: { state: result.state, effects: result.effects } };
  const { message: _, ...fields } = result.error;
  return { err: fields };
}
