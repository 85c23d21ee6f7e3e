import type { Time } from '../machine/events.ts';
import type { HostState } from '../machine/record.ts';

interface RolloutEventBase {
  readonly rolloutId: string;
  readonly at: Time;
}

export interface RolloutOpened extends RolloutEventBase {
  readonly type: 'RolloutOpened';
  readonly channel: string;
  readonly targetRef: string;
}

export interface HostJoined extends RolloutEventBase {
  readonly type: 'HostJoined';
  readonly hostId: string;
  readonly wave: number;
}

export interface HostStateChanged extends RolloutEventBase {
  readonly type: 'HostStateChanged';
  readonly hostId: string;
  readonly from: HostState;
  readonly to: HostState;
}

export interface WaveAdvanced extends RolloutEventBase {
  readonly type: 'WaveAdvanced';
  readonly fromWave: number;
  readonly toWave: number;
}

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

export interface RetentionExpired extends RolloutEventBase {
  readonly type: 'RetentionExpired';
}

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
