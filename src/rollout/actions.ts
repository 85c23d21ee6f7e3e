import type { RolloutMachineEffect } from './rollout-effects.ts';
import type { RolloutEvent, RolloutTerminal, SuccessorOpened, WaveAdvanced } from './rollout-events.ts';
import type { RolloutRecordDraft, RolloutRecord, RolloutState } from './rollout-record.ts';

/** What transitions write into the record. */
export const rolloutUpdates = {
  /** Needed because XState treats a transition without actions and without a target as forbidden. */
  leaveAsIs: (_draft: RolloutRecordDraft, _event: RolloutEvent) => {},

  moveCursor: (draft: RolloutRecordDraft, event: WaveAdvanced) => {
    draft.currentWave = event.toWave;
  },

  markTerminal: (draft: RolloutRecordDraft, event: RolloutTerminal) => {
    draft.terminalAt = event.at;
  },

  markSuperseded: (draft: RolloutRecordDraft, event: SuccessorOpened) => {
    draft.supersededAt = event.at;
  },

  /** Last, so that the effects still see the previous state. */
  enter: (draft: RolloutRecordDraft, _event: RolloutEvent, _environment: null, to: RolloutState) => {
    draft.state = to;
  },
};

/** The effects of transitions, as data. They name the rollout of the record. */
export const rolloutEffects = {
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
