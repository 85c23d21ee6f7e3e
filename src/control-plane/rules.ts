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
 * The rules of the control plane. Each is a named function that can be replaced, to plant bugs in tests or to run
 * `step` on another engine.
 */
export interface ControlPlaneRules {
  readonly step: typeof step;
  readonly stepRollout: typeof stepRollout;
  /** In order: the first gate that holds a host wins. */
  readonly gates: readonly Gate[];
  /** Whether to open a rollout for a manifest; `known` is an earlier rollout with the same id. */
  readonly mayOpen: (manifest: RolloutManifest, known: RolloutRecord | null) => boolean;
  /** Whether a successor supersedes a rollout in this state, which may be Failed or Reverted. */
  readonly isSupersededBySuccessor: (state: RolloutState) => boolean;
  /** Whether a rollout in this state still dispatches. */
  readonly mayDispatch: (state: RolloutState) => boolean;
  /** Whether the hosts of this wave no longer hold the next wave. */
  readonly isWaveDone: (wave: WaveCount) => boolean;
  /** Whether the hosts of this wave are past activation. */
  readonly isWaveThrough: (wave: WaveCount) => boolean;
  /**
   * Whether a host has anything to do, given the closure in its last heartbeat (`null` if there was none) and whether
   * another rollout may still change it.
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
  /** Whether to take over the record from the agent's snapshot. */
  readonly judgeGap: typeof judgeGap;
  /** The record with the values of the snapshot; `null` if the snapshot does not fit the record. */
  readonly takeOver: (record: HostRolloutState, snapshot: HostRolloutSnapshot) => HostRolloutState | null;
  /** The events that a heartbeat implies, in order. */
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

/** A withdrawn dispatch may have reached the agent, and a Failed host may still roll back. */
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
