/** Who runs a chart: the agent, the control plane, or, seen together, both. */
export type ChartSide = 'agent' | 'control-plane' | 'both';

/** One field of the record that a transition writes. */
export interface ChartWrite {
  /** For example `failedAt`, or `probes[probeName]`. */
  readonly field: string;
  /** What is written: `event.failedAt`, `policy.onHealthFailure`, `emptied`; `null` where it has no simple source. */
  readonly from: string | null;
  /** A value that is there already is kept. */
  readonly onlyIfNull: boolean;
}

/** One effect that a transition asks for. */
export interface ChartEffect {
  /** The tag of the effect, for example `LocalFireRollbackTo`. */
  readonly type: string;
  /** The name of the chart's action that makes it, for example `fireRollback`. */
  readonly action: string;
  /** `durable` or `lossy` for effects that say so. */
  readonly detail: 'durable' | 'lossy' | null;
}

/** One way that an event can go in a state; the first whose guards hold is taken. */
export interface ChartBranch {
  /** `null` where the state does not change. */
  readonly target: string | null;
  /** Without those of `ChartModel.alwaysAsked`. */
  readonly guards: readonly string[];
  /** Without those of `ChartModel.alwaysWritten`. */
  readonly writes: readonly ChartWrite[];
  readonly effects: readonly ChartEffect[];
  /** The policy that leads this way; `null` where the policy makes no difference. */
  readonly policy: string | null;
}

/** What one event does in one state. */
export interface ChartEvent {
  readonly type: string;
  readonly side: ChartSide;
  readonly branches: readonly ChartBranch[];
}

/** A state of a chart, as pictures and tables show it. */
export interface ChartState {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly isStart: boolean;
  /** The state accepts nothing any more. */
  readonly isEnd: boolean;
  /** In the order of the chart. What is not listed is refused. */
  readonly events: readonly ChartEvent[];
}

/** A chart as data: made from a built machine, and the only thing that pictures, exports and tables are made from. */
export interface ChartModel {
  readonly id: string;
  readonly title: string;
  readonly side: ChartSide;
  readonly start: string;
  readonly states: readonly ChartState[];
  /** Every event that can be sent, taken somewhere or nowhere, in the order of the chart. */
  readonly eventTypes: readonly string[];
  /** The guards that every transition asks first. */
  readonly alwaysAsked: readonly string[];
  /** The guards that refuse the event with a reason when they fail; the others only choose a branch. */
  readonly refusingGuards: readonly string[];
  /** The fields that every accepted event writes. */
  readonly alwaysWritten: readonly ChartWrite[];
  /** The effects that would only repeat in a picture. */
  readonly routineEffects: readonly RoutineEffect[];
}

/** An effect of every accepted event of one side, or of every change of state. */
export interface RoutineEffect {
  readonly type: string;
  readonly side: ChartSide;
  readonly occurs: 'always' | 'on change of state';
}

/** The effects of a branch that a picture has to show. */
export const notableEffects = (model: ChartModel, branch: ChartBranch): readonly ChartEffect[] =>
  branch.effects.filter(({ type }) => !model.routineEffects.some((routine) => routine.type === type));

/** All events of a state that lead out of it, by any of their branches. */
export const leavingEvents = (state: ChartState): readonly ChartEvent[] =>
  state.events.filter((event) => event.branches.some((branch) => branch.target !== null));

/** The events that a state takes without ever being left. */
export const eventsInPlace = (state: ChartState): readonly ChartEvent[] =>
  state.events.filter((event) => event.branches.every((branch) => branch.target === null));
