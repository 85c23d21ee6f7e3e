import { field, nullable, type FieldTable, type ValuesOf } from '../machine/index.ts';

export type { RolloutState } from '../machine/index.ts';

/** The fields of a rollout's record, in their order (specification: rollout-machine, "Record"). */
export const rolloutRecordFields = {
  rolloutId: field('rolloutId'),
  channel: field('text'),
  targetRef: field('text'),
  state: field('rolloutState'),
  /** The wave that may be dispatched now, from 0. Only a deliberate WaveAdvanced moves it. */
  currentWave: field('count'),
  /** The two log positions belong to the storage layer; the machine never touches them. */
  openedEventLogSeq: nullable('count'),
  lastTransitionEventLogSeq: nullable('count'),
  openedAt: field('time'),
  terminalAt: nullable('time'),
  supersededAt: nullable('time'),
} as const satisfies FieldTable;

/** The control plane's record of one rollout as a whole. */
export interface RolloutRecord extends ValuesOf<typeof rolloutRecordFields> {}

/** A record that a step is writing: a private copy. */
export type RolloutRecordDraft = { -readonly [Field in keyof RolloutRecord]: RolloutRecord[Field] };

/** The record of a rollout that exists but has not started. Every record starts like this. */
export function openRollout(
  rollout: Pick<RolloutRecord, 'rolloutId' | 'channel' | 'targetRef' | 'openedAt'>,
): RolloutRecord {
  return {
    rolloutId: rollout.rolloutId,
    channel: rollout.channel,
    targetRef: rollout.targetRef,
    state: 'Opening',
    currentWave: 0,
    openedEventLogSeq: null,
    lastTransitionEventLogSeq: null,
    openedAt: rollout.openedAt,
    terminalAt: null,
    supersededAt: null,
  };
}

/** A copy that a step may write to, field by field like the host's. */
export function rolloutDraftOf(record: RolloutRecord): RolloutRecordDraft {
  return {
    rolloutId: record.rolloutId,
    channel: record.channel,
    targetRef: record.targetRef,
    state: record.state,
    currentWave: record.currentWave,
    openedEventLogSeq: record.openedEventLogSeq,
    lastTransitionEventLogSeq: record.lastTransitionEventLogSeq,
    openedAt: record.openedAt,
    terminalAt: record.terminalAt,
    supersededAt: record.supersededAt,
  };
}
