import type { Time } from '../machine/events.ts';
import type { HostState } from '../machine/record.ts';

interface RolloutEventBase {
  readonly rolloutId: string;
  readonly at: Time;
}

/** The ref of a channel was seen. It begins a record, so that no state takes it. */
export interface RolloutOpened extends RolloutEventBase {
  readonly type: 'RolloutOpened';
  readonly channel: string;
  readonly targetRef: string;
}

/** A host takes part. Its wave never moves the current one. */
export interface HostJoined extends RolloutEventBase {
  readonly type: 'HostJoined';
  readonly hostId: string;
  readonly wave: number;
}

/** A host's own machine went from one state to another. */
export interface HostStateChanged extends RolloutEventBase {
  readonly type: 'HostStateChanged';
  readonly hostId: string;
  readonly from: HostState;
  readonly to: HostState;
}

/** The planner went on to `toWave`; `toWave` = `fromWave` says that the current wave is through. */
export interface WaveAdvanced extends RolloutEventBase {
  readonly type: 'WaveAdvanced';
  readonly fromWave: number;
  readonly toWave: number;
}

/** Every host of every wave has converged. */
export interface RolloutTerminal extends RolloutEventBase {
  readonly type: 'RolloutTerminal';
}

/** A newer rollout on the same channel opened; it names both. */
export interface SuccessorOpened {
  readonly type: 'SuccessorOpened';
  readonly supersededRolloutId: string;
  readonly successorRolloutId: string;
  readonly at: Time;
}

/** The record has been kept for long enough. */
export interface RetentionExpired extends RolloutEventBase {
  readonly type: 'RetentionExpired';
}

/** An operator cleared a failed rollout. What that leads to is not defined yet: it is always refused. */
export interface OperatorClearance extends RolloutEventBase {
  readonly type: 'OperatorClearance';
  readonly operator: string;
  readonly reason: string;
}

/** What the control plane tells the rollout machine (specification: rollout-machine, "Events"). */
export type RolloutEvent =
  | RolloutOpened
  | HostJoined
  | HostStateChanged
  | WaveAdvanced
  | RolloutTerminal
  | SuccessorOpened
  | RetentionExpired
  | OperatorClearance;

export type RolloutEventType = RolloutEvent['type'];
