import type { Time } from '../machine/events.ts';
import type { RolloutState } from './rollout-record.ts';

export interface RecordRolloutTransition {
  readonly type: 'RecordRolloutTransition';
  readonly rolloutId: string;
  readonly from: RolloutState;
  readonly to: RolloutState;
  readonly at: Time;
}

export interface UpdateCurrentWave {
  readonly type: 'UpdateCurrentWave';
  readonly rolloutId: string;
  readonly wave: number;
}

export interface InsertQuarantineFromRollout {
  readonly type: 'InsertQuarantineFromRollout';
  readonly channel: string;
  readonly closureHash: string;
}

export interface SchedulePruning {
  readonly type: 'SchedulePruning';
  readonly rolloutId: string;
  readonly delaySeconds: number;
}

/** Something to be done about a rollout, as data (specification: rollout-machine, "Effects"). */
export type RolloutEffect = RecordRolloutTransition | UpdateCurrentWave | InsertQuarantineFromRollout | SchedulePruning;

/** The two that the rollout machine itself returns; the control plane around it uses the others. */
export type RolloutMachineEffect = RecordRolloutTransition | UpdateCurrentWave;
