import { compile } from './compile.ts';
import type { HostEffect } from './effects.ts';
import type { HostEvent, RolloutPolicy, Time } from './events.ts';
import { guardRefusals, illegalForState } from './guards.ts';
import { hostRolloutMachine } from './host-rollout.machine.ts';
import { draftOf, type HostRolloutState } from './record.ts';
import type { Refusal } from './refusals.ts';

/** The new record and the effects, in the order in which to perform them; or why the event was refused. */
export type StepResult =
  | { readonly ok: true; readonly state: HostRolloutState; readonly effects: readonly HostEffect[] }
  | { readonly ok: false; readonly error: Refusal };

const reduce = compile<HostRolloutState, HostEvent, RolloutPolicy, HostEffect, Refusal, StepResult>(
  hostRolloutMachine,
  {
    draftOf,
    first: 'seqIsNewer',
    guardRefusals,
    illegal: illegalForState,
    accepted: (state, effects) => ({ ok: true, state, effects }),
    refused: (error) => ({ ok: false, error }),
  },
);

/**
 * Applies one event to one host (specification: host-machine). Pure: it reads no clock, uses no randomness, performs no
 * effect and changes no argument. The result shares what did not change.
 *
 * @param now milliseconds since the epoch; part of the contract, but not read today
 * @param policy decides only whether a failed activation rolls back
 */
export function step(state: HostRolloutState, event: HostEvent, now: Time, policy: RolloutPolicy): StepResult {
  void now;
  return reduce(state, event, policy);
}
