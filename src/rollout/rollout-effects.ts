import type { Time } from '../machine/index.ts';
import type { RolloutState } from './rollout-record.ts';

/** The rollout moved from one state to another. Emitted exactly once per change of state. */
export interface RecordRolloutTransition {
  readonly type: 'RecordRolloutTransition';
  readonly rolloutId: string;
  readonly from: RolloutState;
  readonly to: RolloutState;
  readonly at: Time;
}

/** Hosts up to `wave` may be dispatched from now on. */
export interface UpdateCurrentWave {
  readonly type: 'UpdateCurrentWave';
  readonly rolloutId: string;
  readonly wave: number;
}

/** Never dispatch `closureHash` on `channel` again. */
export interface InsertQuarantineFromRollout {
  readonly type: 'InsertQuarantineFromRollout';
  readonly channel: string;
  readonly closureHash: string;
}

/** Forget the rollout after `delaySeconds`. */
export interface SchedulePruning {
  readonly type: 'SchedulePruning';
  readonly rolloutId: string;
  readonly delaySeconds: number;
}

/** Something to do about a rollout, as data (specification: rollout-machine, "Effects"). */
export type RolloutEffect = RecordRolloutTransition | UpdateCurrentWave | InsertQuarantineFromRollout | SchedulePruning;

/** The two that the rollout machine itself returns; the control plane around it uses the others. */
export type RolloutMachineEffect = RecordRolloutTransition | UpdateCurrentWave;
