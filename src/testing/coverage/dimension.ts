import type { HealthFailurePolicy, HostRolloutState } from '../../machine/index.ts';
import type { Side } from '../side.ts';
import type { Visit } from './visit.ts';

/** Which part of the chart is meant. */
export interface Scope {
  readonly sides: readonly Side[];
  readonly policies: readonly HealthFailurePolicy[];
}

/** A way to count what was exercised. Every item has a name that a person can find in the specification. */
export interface Dimension {
  /** Everything that can be exercised, in the order of the chart. */
  readonly universe: (scope: Scope) => readonly string[];
  /** What is exercised before anything has happened. */
  readonly atStart?: (record: HostRolloutState) => readonly string[];
  /** What one event exercised. */
  readonly touched: (visit: Visit) => readonly string[];
}
