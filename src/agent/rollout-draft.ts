import type { AgentRollout } from './agent-state.ts';

/** A rollout that one turn is still writing: its own copy, not yet anybody else's. */
export type RolloutDraft = { -readonly [Field in keyof AgentRollout]: AgentRollout[Field] };

/** Field by field: one fixed shape is several times faster to make and to read than the result of a spread. */
export function rolloutDraft(rollout: AgentRollout): RolloutDraft {
  return {
    rolloutId: rollout.rolloutId,
    manifest: rollout.manifest,
    record: rollout.record,
    numberedTo: rollout.numberedTo,
    reservedTo: rollout.reservedTo,
    undelivered: rollout.undelivered,
    failedAttempts: rollout.failedAttempts,
    recovered: rollout.recovered,
  };
}
