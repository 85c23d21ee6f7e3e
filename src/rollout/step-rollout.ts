import { compile, type Time } from '../machine/index.ts';
import { illegalForRolloutState, rolloutGuardRefusals } from './guards.ts';
import type { RolloutMachineEffect } from './rollout-effects.ts';
import type { RolloutEvent } from './rollout-events.ts';
import { rolloutMachine } from './rollout.machine.ts';
import { rolloutDraftOf, type RolloutRecord } from './rollout-record.ts';
import type { RolloutRefusal } from './rollout-refusals.ts';

/** The new record and the effects, in order; or why the event was refused. */
export type RolloutStepResult =
  | { readonly ok: true; readonly record: RolloutRecord; readonly effects: readonly RolloutMachineEffect[] }
  | { readonly ok: false; readonly error: RolloutRefusal };

const reduce = compile<RolloutRecord, RolloutEvent, null, RolloutMachineEffect, RolloutRefusal, RolloutStepResult>(
  rolloutMachine,
  {
    draftOf: rolloutDraftOf,
    first: null,
    guardRefusals: rolloutGuardRefusals,
    illegal: illegalForRolloutState,
    accepted: (record, effects) => ({ ok: true, record, effects }),
    refused: (error) => ({ ok: false, error }),
  },
);

/**
 * Applies one event to one rollout (specification: rollout-machine). Pure, like the host's `step`.
 *
 * @param now milliseconds since the epoch; part of the contract, but not read today
 */
export function stepRollout(record: RolloutRecord, event: RolloutEvent, now: Time): RolloutStepResult {
  void now;
  return reduce(record, event, null);
}
