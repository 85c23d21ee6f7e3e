import type {
  HealthFailurePolicy,
  HostEvent,
  HostRolloutState,
  RolloutPolicy,
  StepResult,
} from '../../machine/index.ts';
import { chartCell } from '../chart-cells.ts';
import type { Side } from '../side.ts';

/** One event on one record, and its result: the unit of coverage. */
export interface Visit {
  readonly before: HostRolloutState;
  readonly event: HostEvent;
  readonly policy: RolloutPolicy;
  readonly result: StepResult;
  /** The cell that accepted the previous event; `null` at the start and after a refusal. */
  readonly previous: string | null;
}

/** The cell that accepted the event, which is the next visit's `previous`; `null` if it was refused. */
export const acceptedCell = ({ before, event, result }: Visit): string | null =>
  result.ok ? chartCell(before.state, event.type).key : null;

/** A part of the chart. */
export interface Scope {
  readonly sides: readonly Side[];
  readonly policies: readonly HealthFailurePolicy[];
}

/** A way to measure coverage. The names of all items are in the specification. */
export interface Dimension {
  readonly title: string;
  /** The criterion that asks for all of it, if any, under its usual name. */
  readonly criterion?: { readonly name: string; readonly title: string };
  /** What the answer to an accepted event must show to count (default: the new state). */
  readonly whenAccepted?: 'record' | 'effects';
  /** What the answer to a refused event must show to count (default: that it was refused). */
  readonly whenRefused?: 'refusal';
  /** Everything that can be exercised, in the order of the chart. */
  readonly universe: (scope: Scope) => readonly string[];
  /** What a start exercises. */
  readonly atStart?: (record: HostRolloutState) => readonly string[];
  /** What one event exercises. */
  readonly touched: (visit: Visit) => readonly string[];
}
