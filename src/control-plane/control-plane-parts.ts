import type { RemoteEvent, Time } from '../machine/events.ts';
import { isInFlight } from '../machine/host-states.ts';
import type { HostRolloutState, HostState } from '../machine/record.ts';
import { step } from '../machine/step.ts';
import type { RolloutManifest } from '../fleet/rollout-manifest.ts';
import type { RolloutRecord, RolloutState } from '../rollout/rollout-record.ts';
import { isDispatching } from '../rollout/is-dispatching.ts';
import { stepRollout } from '../rollout/step-rollout.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';
import type { WaveCount } from './control-plane-state.ts';
import type { Gate } from './gates/gate.ts';
import { GATES } from './gates/gates.ts';
import { synthesize, type HeartbeatEvidence } from './synthesize.ts';
import { takeOver } from './take-over.ts';

/**
 * What the control plane is made of. Every rule is one named function, so that a test can put a broken one in and see
 * the invariants notice; and `step` may be run by another engine.
 */
export interface ControlPlaneParts {
  readonly step: typeof step;
  readonly stepRollout: typeof stepRollout;
  /** In their order: the first that holds a host back wins. */
  readonly gates: readonly Gate[];
  /** Whether the ref of a manifest gets a rollout; `known` is the rollout that already has its id. */
  readonly mayOpen: (manifest: RolloutManifest, known: RolloutRecord | null) => boolean;
  /** Whether a rollout in this state still dispatches. */
  readonly mayDispatch: (state: RolloutState) => boolean;
  /** The hosts of this wave no longer hold the next one back. */
  readonly isWaveDone: (wave: WaveCount) => boolean;
  /** The hosts of this wave are past activation. */
  readonly isWaveThrough: (wave: WaveCount) => boolean;
  /** Whether a host has anything to do, by the closure that its last heartbeat named; `null` if none did. */
  readonly needsDispatch: (targetClosure: string, runningClosure: string | null) => boolean;
  /** Whether a host's record counts against the disruption budgets that select it. */
  readonly countsAgainstBudget: (state: HostState, isOutstanding: boolean) => boolean;
  readonly soakDueAt: (soakMinutes: number, now: Time) => Time;
  /** The record as the agent knows it; `null` if the snapshot cannot be one of this record. */
  readonly takeOver: (record: HostRolloutState, snapshot: HostRolloutSnapshot) => HostRolloutState | null;
  /** The events that a heartbeat stands for, in order. */
  readonly synthesize: (record: HostRolloutState, evidence: HeartbeatEvidence, now: Time) => readonly RemoteEvent[];
}

const MS_PER_MINUTE = 60_000;

/** The rules of the specification. */
export const DEFAULT_PARTS: ControlPlaneParts = Object.freeze({
  step,
  stepRollout,
  gates: GATES,
  mayOpen: (manifest, known) => known === null && manifest.hosts.length > 0,
  mayDispatch: isDispatching,
  isWaveDone: (wave) => wave.eligible === wave.hosts,
  isWaveThrough: (wave) => wave.through === wave.hosts,
  needsDispatch: (targetClosure, runningClosure) => targetClosure !== runningClosure,
  countsAgainstBudget: (state, isOutstanding) => isOutstanding || isInFlight(state),
  soakDueAt: (soakMinutes, now) => now + soakMinutes * MS_PER_MINUTE,
  takeOver,
  synthesize,
} satisfies ControlPlaneParts);
