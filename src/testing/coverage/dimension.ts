import type {
  HealthFailurePolicy,
  HostEvent,
  HostRolloutState,
  RolloutPolicy,
  StepResult,
} from '../../machine/index.ts';
import { chartCell } from '../chart-cells.ts';
import type { Side } from '../side.ts';

/** One event for one record, and its result: the unit of coverage. */
export interface Visit {
  readonly before: HostRolloutState;
  readonly event: HostEvent;
  readonly policy: RolloutPolicy;
  readonly result: StepResult;
  /** The cell that accepted the event directly before; `null` at the beginning and after a refusal. */
  readonly previous: string | null;
}

/** The cell that accepted the event; `null` if it was refused. The next visit's `previous`. */
export const acceptedCell = ({ before, event, result }: Visit): string | null =>
  result.ok ? chartCell(before.state, event.type).key : null;

/** Which part of the chart is meant. */
export interface Scope {
  readonly sides: readonly Side[];
  readonly policies: readonly HealthFailurePolicy[];
}

/** A way to measure coverage. The name of every item can be found in the specification. */
export interface Dimension {
  readonly title: string;
  /** The criterion that asks for all of it, if there is one, under the field's name for it. */
  readonly criterion?: { readonly name: string; readonly title: string };
  /** What the answer to an accepted event must show to count; by default the new state. */
  readonly whenAccepted?: 'record' | 'effects';
  /** What the answer to a refused event must show to count; by default that it was refused. */
  readonly whenRefused?: 'refusal';
  /** Everything that can be exercised, in the order of the chart. */
  readonly universe: (scope: Scope) => readonly string[];
  /** What is exercised before anything has happened. */
  readonly atStart?: (record: HostRolloutState) => readonly string[];
  /** What one event exercised. */
  readonly touched: (visit: Visit) => readonly string[];
}
