import type { RolloutMachineEffect } from './rollout-effects.ts';
import type { RolloutEvent, RolloutTerminal, SuccessorOpened, WaveAdvanced } from './rollout-events.ts';
import type { RolloutDraft, RolloutRecord, RolloutState } from './rollout-record.ts';

/** What the transitions write into the record. */
export const updates = {
  /** Named all the same: XState counts a transition that does nothing at all as one that cannot be taken. */
  leaveAsIs: (_draft: RolloutDraft, _event: RolloutEvent) => {},

  moveCursor: (draft: RolloutDraft, event: WaveAdvanced) => {
    draft.currentWave = event.toWave;
  },

  markTerminal: (draft: RolloutDraft, event: RolloutTerminal) => {
    draft.terminalAt = event.at;
  },

  markSuperseded: (draft: RolloutDraft, event: SuccessorOpened) => {
    draft.supersededAt = event.at;
  },

  /** Last, so that the effects before it still see the state that the rollout comes from. */
  enter: (draft: RolloutDraft, _event: RolloutEvent, _environment: null, to: RolloutState) => {
    draft.state = to;
  },
};

/** What the transitions ask the world to do, returned as data. They name the record's own rollout. */
export const effects = {
  recordTransition: (
    record: RolloutRecord,
    event: RolloutEvent,
    _environment: null,
    to: RolloutState,
  ): RolloutMachineEffect => ({
    type: 'RecordRolloutTransition',
    rolloutId: record.rolloutId,
    from: record.state,
    to,
    at: event.at,
  }),

  updateCurrentWave: (record: RolloutRecord, event: WaveAdvanced): RolloutMachineEffect => ({
    type: 'UpdateCurrentWave',
    rolloutId: record.rolloutId,
    wave: event.toWave,
  }),
};
