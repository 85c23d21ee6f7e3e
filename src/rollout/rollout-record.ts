import type { Time } from '../machine/events.ts';

/** The state that one rollout is in. The chart describes each. */
export type RolloutState =
  | 'Opening'
  | 'Active'
  | 'Converging'
  | 'Terminal'
  | 'Reverted'
  | 'Failed'
  | 'Superseded'
  | 'Pruned';

/** Everything that the control plane knows of one rollout as a whole (specification: rollout-machine, "Record"). */
export interface RolloutRecord {
  readonly rolloutId: string;
  readonly channel: string;
  readonly targetRef: string;
  readonly state: RolloutState;
  /** The wave that may be dispatched now, from 0. Only a deliberate WaveAdvanced moves it. */
  readonly currentWave: number;
  /** The two log positions belong to the storage layer; the machine never touches them. */
  readonly openedEventLogSeq: number | null;
  readonly lastTransitionEventLogSeq: number | null;
  readonly openedAt: Time;
  readonly terminalAt: Time | null;
  readonly supersededAt: Time | null;
}

/** A record that a step is still writing: its own copy, not yet anybody else's. */
export type RolloutDraft = { -readonly [Field in keyof RolloutRecord]: RolloutRecord[Field] };

/** The record of a rollout whose ref was seen and that has not begun yet: the only way for a record to begin. */
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

/** A copy that a step may write to, field by field as the host's. */
export function rolloutDraftOf(record: RolloutRecord): RolloutDraft {
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
