import type { HostRolloutState } from '../machine/index.ts';
import type { SideMove } from './moves.ts';

/** The moves of a path, before they have become concrete events on a record. */
export interface PathPlan {
  readonly start: HostRolloutState;
  readonly moves: readonly SideMove[];
  /** What is special about the start; `null` where it is the one that was asked for. */
  readonly about: string | null;
}
