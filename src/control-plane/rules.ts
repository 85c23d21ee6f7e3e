import type { RolloutManifest } from '../fleet/index.ts';
import {
  isInFlight,
  step,
  type HostRolloutState,
  type HostState,
  type RemoteEvent,
  type RolloutPolicy,
  type Time,
} from '../machine/index.ts';
import { isDispatching, stepRollout, type RolloutRecord, type RolloutState } from '../rollout/index.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';
import type { Gate } from './gates/gate.ts';
import { GATES } from './gates/gates.ts';
import { type HeartbeatEvidence, judgeGap, synthesize, takeOver } from './heartbeat-rules.ts';
import type { DispatchStanding, WaveCount } from './state.ts';

/**
 * What the control plane is made of. Every rule is one named function, so that a test can put a broken one in and see
 * the invariants notice; and `step` may be run by another engine.
 */
export interface ControlPlaneRules {
  readonly step: typeof step;
  readonly stepRollout: typeof stepRollout;
  /** In their order: the first that holds a host back wins. */
  readonly gates: readonly Gate[];
  /** Whether the ref of a manifest gets a rollout; `known` is the rollout that already has its id. */
  readonly mayOpen: (manifest: RolloutManifest, known: RolloutRecord | null) => boolean;
  /** Whether a predecessor in this state is told that its successor has opened: failed and reverted ones too. */
  readonly isSupersededBySuccessor: (state: RolloutState) => boolean;
  /** Whether a rollout in this state still dispatches. */
  readonly mayDispatch: (state: RolloutState) => boolean;
  /** The hosts of this wave no longer hold the next one back. */
  readonly isWaveDone: (wave: WaveCount) => boolean;
  /** The hosts of this wave are past activation. */
  readonly isWaveThrough: (wave: WaveCount) => boolean;
  /**
   * Whether a host has anything to do, by the closure that its last heartbeat named, `null` if none did, and by whether
   * another rollout may still change that.
   */
  readonly needsDispatch: (
    targetClosure: string,
    runningClosure: string | null,
    isUnderWayElsewhere: boolean,
  ) => boolean;
  /** Whether a record may still change what its host runs. */
  readonly isUnderWay: (record: HostRolloutState, dispatch: DispatchStanding, policy: RolloutPolicy) => boolean;
  /** Whether a host's record counts against the disruption budgets that select it. */
  readonly countsAgainstBudget: (state: HostState, isOutstanding: boolean) => boolean;
  readonly soakDueAt: (soakMinutes: number, now: Time) => Time;
  /** Whether the record is taken over from the agent's snapshot. */
  readonly judgeGap: typeof judgeGap;
  /** The record as the agent knows it; `null` if the snapshot cannot be one of this record. */
  readonly takeOver: (record: HostRolloutState, snapshot: HostRolloutSnapshot) => HostRolloutState | null;
  /** The events that a heartbeat stands for, in order. */
  readonly synthesize: (record: HostRolloutState, evidence: HeartbeatEvidence, now: Time) => readonly RemoteEvent[];
}

const MS_PER_MINUTE = 60_000;

/** The rules of the specification. */
export const CONTROL_PLANE_RULES: ControlPlaneRules = Object.freeze({
  step,
  stepRollout,
  gates: GATES,
  mayOpen: (manifest, known) => known === null && manifest.hosts.length > 0,
  isSupersededBySuccessor: (state) => state !== 'Superseded' && state !== 'Pruned',
  mayDispatch: isDispatching,
  isWaveDone: (wave) => wave.eligible === wave.hosts,
  isWaveThrough: (wave) => wave.through === wave.hosts,
  needsDispatch: (targetClosure, runningClosure, isUnderWayElsewhere) =>
    targetClosure !== runningClosure || isUnderWayElsewhere,
  isUnderWay,
  countsAgainstBudget: (state, isOutstanding) => isOutstanding || isInFlight(state),
  soakDueAt: (soakMinutes, now) => now + soakMinutes * MS_PER_MINUTE,
  judgeGap,
  takeOver,
  synthesize,
} satisfies ControlPlaneRules);

/** A dispatch that was taken back may have reached the agent, and a failed host may still go back. */
function isUnderWay(record: HostRolloutState, dispatch: DispatchStanding, policy: RolloutPolicy): boolean {
  switch (record.state) {
    case 'Pending':
      return dispatch !== 'none';
    case 'Activating':
    case 'Deferred':
    case 'Soaking':
      return true;
    case 'Failed':
      return (record.policyApplied ?? policy.onHealthFailure) === 'rollback-and-halt';
    case 'Converged':
    case 'Reverted':
      return false;
  }
}
