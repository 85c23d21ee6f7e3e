import type { HostEvent, HostRolloutState, RolloutPolicy, StepResult } from '../../machine/index.ts';
import { chartCell } from '../chart-cells.ts';

/** One event that was given to one record, and what came of it: the unit in which coverage is measured. */
export interface Visit {
  readonly before: HostRolloutState;
  readonly event: HostEvent;
  readonly policy: RolloutPolicy;
  readonly result: StepResult;
  /** The cell that the event directly before was accepted in; `null` at the beginning and after a refusal. */
  readonly previous: string | null;
}

/** The cell that the visit was accepted in, `null` if it was refused: what the next visit calls `previous`. */
export const acceptedCell = ({ before, event, result }: Visit): string | null =>
  result.ok ? chartCell(before.state, event.type).key : null;
