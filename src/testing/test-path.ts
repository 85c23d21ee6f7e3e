import type { HostEvent, HostRolloutState, RolloutPolicy, StepResult, Time } from '../machine/index.ts';
import type { RolloutEvent, RolloutRecord, RolloutStepResult } from '../rollout/index.ts';
import type { EngineEffect, EngineEvent, ChartRecord } from './engine.ts';
import type { Side } from './side.ts';

/** One event of a path, and its expected result. */
interface Step<Event, Result> {
  readonly event: Event;
  readonly now: Time;
  /** What is special about the event; `null` if nothing. */
  readonly note: string | null;
  /** The whole new record and the effects in order, or the refusal. */
  readonly expected: Result;
}

/** A step of a path through the host chart. */
export type PathStep = Step<HostEvent, StepResult>;
/** A step of a path through the rollout chart. */
export type RolloutPathStep = Step<RolloutEvent, RolloutStepResult>;

/** A self-contained test of the host machine: its start, its events, and the expected result of each. */
export interface TestPath {
  /** Unique within one generation. */
  readonly name: string;
  readonly side: Side;
  readonly policy: RolloutPolicy;
  readonly start: HostRolloutState;
  readonly steps: readonly PathStep[];
}

/** A test of the rollout machine, which has neither sides nor a policy. */
export interface RolloutPath {
  readonly name: string;
  readonly start: RolloutRecord;
  readonly steps: readonly RolloutPathStep[];
}

/** A test of either machine. */
export type AnyPath = TestPath | RolloutPath;

/** Whether a path is of the host machine. */
export const isHostPath = (path: AnyPath): path is TestPath => 'side' in path;

/** One event of a path of either machine, with the record before and after it. */
export interface PathMoment {
  readonly event: EngineEvent;
  readonly now: Time;
  readonly note: string | null;
  readonly before: ChartRecord;
  /** Unchanged if the event is refused. */
  readonly after: ChartRecord;
  readonly effects: readonly EngineEffect[];
  /** The refusal without its message; `null` for an accepted event. */
  readonly refusal: { readonly kind: string } | null;
}

/** The path, event by event. */
export function momentsOf(path: AnyPath): readonly PathMoment[] {
  let before: ChartRecord = path.start;
  return path.steps.map(({ event, now, note, expected }): PathMoment => {
    const from = before;
    if (!expected.ok) {
      const { message: _, ...refusal } = expected.error;
      return { event, now, note, before: from, after: from, effects: [], refusal };
    }
    before = 'state' in expected ? expected.state : expected.record;
    return { event, now, note, before: from, after: before, effects: expected.effects, refusal: null };
  });
}
