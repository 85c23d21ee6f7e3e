import type { RolloutManifest } from '../../fleet/index.ts';
import type { RolloutRecord } from '../../rollout/index.ts';
import type { HostRolloutState } from '../../machine/index.ts';
import type { Hold } from './hold.ts';

/** The host that asks to be dispatched. */
export interface Candidate {
  readonly hostname: string;
  readonly targetClosure: string;
  readonly wave: number;
  readonly staged: boolean;
  /** The budgets of the rollout that select the host and have a limit. */
  readonly budgets: readonly BudgetShare[];
  /** The hosts that this one waits for, by name; empty for most. */
  readonly gatedBy: readonly string[];
}

/** A disruption budget of one rollout. */
export interface BudgetShare {
  readonly selectorKey: string;
  readonly summary: string;
  readonly limit: number;
}

/** What a gate may read: its rollout, and the rest of the fleet at this moment of the pass. */
export interface GateContext {
  readonly rollout: RolloutRecord;
  readonly manifest: RolloutManifest;
  readonly isQuarantined: (channel: string, closure: string) => boolean;
  /** The manifest of a channel; `null` if there is none. */
  readonly manifestOf: (channel: string) => RolloutManifest | null;
  readonly rolloutOf: (rolloutId: string) => RolloutRecord | null;
  /** The record of a host in this rollout; `null` if it is not part of it. */
  readonly recordOf: (hostname: string) => HostRolloutState | null;
  /** How many hosts of the selector are in flight across all rollouts, including those queued earlier in this pass. */
  readonly inFlight: (selectorKey: string) => number;
  /** Outstanding failures of enforce probes in the waves before `wave`. */
  readonly failuresBefore: (wave: number) => number;
}

/**
 * One condition that holds a host back (specification: control-plane, "Planning"). Pure.
 *
 * `reach` lets a pass over a large fleet look at few hosts:
 * - `closure`: depends only on the channel and the target closure, and holds for ever;
 * - `group`: the same for every host of the rollout with the same wave and budgets, and holds until the end of the
 *   pass;
 * - `host`: anything else. It may only hold hosts with edges, because only these are checked one by one.
 */
export interface Gate {
  readonly name: string;
  readonly reach: 'closure' | 'group' | 'host';
  readonly check: (context: GateContext, candidate: Candidate) => Hold | null;
}
