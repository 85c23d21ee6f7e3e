/** Who runs a chart: the agent, the control plane, or both. */
export type ChartSide = 'agent' | 'control-plane' | 'both';

/** One field of the record that a transition writes. */
export interface ChartWrite {
  /** For example `failedAt`, or `probes[probeName]`. */
  readonly field: string;
  /** What is written: `event.failedAt`, `policy.onHealthFailure`, `emptied`; `null` if it has no simple source. */
  readonly from: string | null;
  /** Whether an existing value is kept. */
  readonly onlyIfNull: boolean;
}

/** One effect of a transition. */
export interface ChartEffect {
  /** The tag of the effect, for example `LocalFireRollbackTo`. */
  readonly type: string;
  /** The chart's action that makes it, for example `fireRollback`. */
  readonly action: string;
  /** `durable` or `lossy`, for effects that declare it. */
  readonly detail: 'durable' | 'lossy' | null;
}

/** One branch of an event in a state. The first one whose guards hold is taken. */
export interface ChartBranch {
  /** `null` if the state does not change. */
  readonly target: string | null;
  /** Without those of `ChartModel.alwaysAsked`. */
  readonly guards: readonly string[];
  /** Without those of `ChartModel.alwaysWritten`. */
  readonly writes: readonly ChartWrite[];
  readonly effects: readonly ChartEffect[];
  /** The policy that selects this branch; `null` if the policy makes no difference. */
  readonly policy: string | null;
}

/** What one event does in one state. */
export interface ChartEvent {
  readonly type: string;
  readonly side: ChartSide;
  readonly branches: readonly ChartBranch[];
}

/** A state of a chart. */
export interface ChartState {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly isStart: boolean;
  /** Whether the state accepts no events. */
  readonly isEnd: boolean;
  /** In the order of the chart. Any other event is refused. */
  readonly events: readonly ChartEvent[];
}

/** A chart as data, derived from a built machine. All pictures, exports and tables are made from it. */
export interface ChartModel {
  readonly id: string;
  readonly title: string;
  readonly side: ChartSide;
  readonly start: string;
  readonly states: readonly ChartState[];
  /** Every event that can be sent, in the order of the chart. */
  readonly eventTypes: readonly string[];
  /** The guards that every transition checks first. */
  readonly alwaysAsked: readonly string[];
  /** The guards that refuse the event with a reason if they fail. The others only choose a branch. */
  readonly refusingGuards: readonly string[];
  /** The fields that every accepted event writes. */
  readonly alwaysWritten: readonly ChartWrite[];
  /** Effects that a picture would only repeat. */
  readonly routineEffects: readonly RoutineEffect[];
}

/** An effect of every accepted event, or of every change of state, on one side. */
export interface RoutineEffect {
  readonly type: string;
  readonly side: ChartSide;
  readonly occurs: 'always' | 'on change of state';
}

/** The effects of a branch to show in a picture. */
export const notableEffects = (model: ChartModel, branch: ChartBranch): readonly ChartEffect[] =>
  branch.effects.filter(({ type }) => !model.routineEffects.some((routine) => routine.type === type));

/** The events of a state that can lead out of it. */
export const leavingEvents = (state: ChartState): readonly ChartEvent[] =>
  state.events.filter((event) => event.branches.some((branch) => branch.target !== null));

/** The events that a state accepts without leaving it. */
export const eventsInPlace = (state: ChartState): readonly ChartEvent[] =>
  state.events.filter((event) => event.branches.every((branch) => branch.target === null));
