import type { HostEvent, RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { StepResult } from '../machine/step.ts';
import type { Side } from './side.ts';

/** One event of a path, and what must come of it. */
export interface PathStep {
  readonly event: HostEvent;
  readonly now: Time;
  /** What is special about the event, for a person; `null` for the usual way. */
  readonly note: string | null;
  /** The whole new record and the effects in their order, or the refusal. */
  readonly expected: StepResult;
}

/** A test: where it starts, what happens, and what is expected after every event. It needs nothing but itself. */
export interface TestPath {
  /** Unique within one generation. */
  readonly name: string;
  readonly side: Side;
  readonly policy: RolloutPolicy;
  readonly start: HostRolloutState;
  readonly steps: readonly PathStep[];
}
