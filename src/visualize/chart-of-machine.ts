import type { AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { plainPart, type PlainPart } from '../machine/index.ts';
import type {
  ChartBranch,
  ChartEffect,
  ChartEvent,
  ChartModel,
  ChartSide,
  ChartState,
  ChartWrite,
  RoutineEffect,
} from './chart-model.ts';
import { effectOf, writesOf, type Trial } from './trace-part.ts';

/** What a built machine does not contain. */
export interface ChartReading {
  readonly title: string;
  readonly side: ChartSide;
  /** Every event that can be sent, including those that no state accepts. */
  readonly eventTypes: readonly string[];
  readonly sideOf: (event: string) => ChartSide;
  readonly refusingGuards: readonly string[];
  /** Situations in which to try the parts of a transition on this type of event, one for each policy. */
  readonly trials: (event: string) => Readonly<Record<string, Omit<Trial, 'target'>>>;
}

/**
 * The chart of a built machine as data, read from its state nodes, transitions, named guards and actions, so that there
 * is no second description to keep in sync.
 *
 * @throws Error for a guard or action that is not a named part of the machine
 */
export function chartOfMachine(machine: AnyStateMachine, reading: ChartReading): ChartModel {
  const isOnSide = (type: string) => reading.side === 'both' || reading.sideOf(type) === reading.side;
  const start = machine.root.initial?.target?.[0]?.key ?? '';
  const states = Object.entries(machine.root.states).map(([name, node]): ChartState => ({
    name,
    description: node.description ?? '',
    tags: [...node.tags],
    isStart: name === start,
    isEnd: node.type === 'final',
    events: [...node.transitions]
      .filter(([type]) => isOnSide(type))
      .map(([type, branches]): ChartEvent => ({
        type,
        side: reading.sideOf(type),
        branches: readBranches(machine, branches, reading.trials(type)),
      })),
  }));
  const branches = states.flatMap((state) => state.events).flatMap((event) => event.branches);
  const alwaysAsked = sharedByAll(branches.map((branch) => branch.guards));
  const alwaysWritten = sharedByAll(branches.map((branch) => branch.writes));
  const without = (branch: ChartBranch): ChartBranch => ({
    ...branch,
    guards: branch.guards.slice(alwaysAsked.length),
    writes: branch.writes.filter((write) => !alwaysWritten.some((each) => isSame(each, write))),
  });
  return {
    id: machine.id,
    title: reading.title,
    side: reading.side,
    start,
    states: states.map((state) => ({
      ...state,
      events: state.events.map((event) => ({ ...event, branches: event.branches.map(without) })),
    })),
    eventTypes: reading.eventTypes.filter(isOnSide),
    alwaysAsked,
    refusingGuards: reading.refusingGuards,
    alwaysWritten,
    routineEffects: routineEffects(states.flatMap((state) => state.events)),
  };
}

/** An effect that only some events or changes of state have is shown with each. */
function routineEffects(events: readonly ChartEvent[]): readonly RoutineEffect[] {
  const found: RoutineEffect[] = [];
  for (const side of new Set(events.map((event) => event.side))) {
    const branches = events.filter((event) => event.side === side).flatMap((event) => event.branches);
    for (const type of new Set(branches.flatMap(({ effects }) => effects.map((effect) => effect.type)))) {
      const has = (branch: ChartBranch) => branch.effects.some((effect) => effect.type === type);
      if (branches.every(has)) found.push({ type, side, occurs: 'always' });
      else if (branches.every((branch) => has(branch) === (branch.target !== null))) {
        found.push({ type, side, occurs: 'on change of state' });
      }
    }
  }
  return found;
}

function readBranches(
  machine: AnyStateMachine,
  branches: readonly AnyTransitionDefinition[],
  trials: Readonly<Record<string, Omit<Trial, 'target'>>>,
): readonly ChartBranch[] {
  const [trial] = Object.values(trials);
  if (trial === undefined) throw new Error('A chart is read with at least one trial.');
  const read = branches.map((branch) => readBranch(machine, branch, trial));
  const chosen = Object.entries(trials).map(([policy, each]) => ({
    policy,
    branch: read.findIndex(({ guards }) => guards.every((guard) => holds(machine, guard, each))),
  }));
  const isFork = new Set(chosen.map(({ branch }) => branch)).size > 1;
  return read.map((branch, index) => ({
    ...branch,
    policy: isFork ? (chosen.find((each) => each.branch === index)?.policy ?? null) : null,
  }));
}

function holds(
  machine: AnyStateMachine,
  guard: string,
  { record, event, environment }: Omit<Trial, 'target'>,
): boolean {
  const part = partNamed(machine.implementations.guards, guard);
  if (part.kind !== 'guard') throw new Error(`The chart asks ${guard}, which is not a guard.`);
  return part.run(record, event, environment, null);
}

function readBranch(
  machine: AnyStateMachine,
  branch: AnyTransitionDefinition,
  trial: Omit<Trial, 'target'>,
): Omit<ChartBranch, 'policy'> {
  const target = branch.target?.[0]?.key ?? null;
  const writes: ChartWrite[] = [];
  const effects: ChartEffect[] = [];
  for (const action of branch.actions) {
    const name = typeof action === 'object' && 'type' in action ? action.type : String(action);
    const part = partNamed(machine.implementations.actions, name);
    if (part.kind === 'update') writes.push(...writesOf(part, { ...trial, target }));
    if (part.kind === 'effect') effects.push(effectOf(name, part, { ...trial, target }));
  }
  return { target, guards: guardNames(branch.guard), writes, effects };
}

function partNamed(parts: Readonly<Record<string, unknown>>, name: string): PlainPart {
  const part = plainPart(parts[name]);
  if (part === undefined) throw new Error(`The chart uses ${name}, which is not a named part of the machine.`);
  return part;
}

function guardNames(guard: unknown): readonly string[] {
  if (guard === undefined) return [];
  const names: readonly unknown[] = typeof guard === 'function' && 'guards' in guard ? [guard.guards].flat() : [guard];
  return names.map(String);
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function sharedByAll<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const [first = [], ...others] = lists;
  return first.filter((item) => others.every((list) => list.some((each) => isSame(each, item))));
}
