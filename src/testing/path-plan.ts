import type { HostRolloutState } from '../machine/index.ts';
import type { SideMove } from './moves.ts';

/** The moves of a path, before they become concrete events on a record. */
export interface PathPlan {
  readonly start: HostRolloutState;
  readonly moves: readonly SideMove[];
  /** What is special about the start; `null` if it is the requested one. */
  readonly about: string | null;
}
