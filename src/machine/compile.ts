import { and, type AnyStateMachine, type AnyTransitionDefinition } from 'xstate';
import { plainPart, type Callable, type To } from './parts.ts';

/** What the compiler needs besides the chart. */
export interface Dialect<Record, Event, Effect, Refusal, Result> {
  /** A copy that the transition's updates may write to. */
  readonly draftOf: (record: Record) => Record;
  /** A guard that every transition checks first, even if the state does not accept the event. */
  readonly first: string | null;
  /** The refusal when a guard fails and no branch is left; guards that only choose between branches have none. */
  readonly guardRefusals: { readonly [guard: string]: (record: never, event: never) => Refusal };
  /** The refusal of an event that the state does not accept. */
  readonly illegal: (record: Record, event: Event) => Refusal;
  readonly accepted: (record: Record, effects: readonly Effect[]) => Result;
  readonly refused: (refusal: Refusal) => Result;
}

interface Guard<Refusal> {
  readonly holds: Callable<boolean>;
  readonly refuse: ((record: unknown, event: unknown) => Refusal) | null;
}

type Cell<Result> = (record: unknown, event: unknown, environment: unknown) => Result;

/** How XState marks a guard made by `and`; `or` and `not` look the same otherwise. */
const ALL_OF = (and([]) as { readonly check?: unknown }).check;

// Not frozen: V8 allocates at every step of a loop over a frozen one.
const NONE: readonly never[] = [];

/**
 * Walks a built machine once and turns it into a reducer of plain closures that does what XState's interpreter does
 * with the same chart, many times faster. The chart stays the only definition.
 *
 * @throws Error if the chart has anything that the reducer would not run (nested states, entry actions, timers, other
 *   kinds of actions, an event that a branch could lose). Nothing is silently skipped later.
 */
export function compile<
  Record extends { readonly state: string },
  Event extends { readonly type: string },
  Environment,
  Effect,
  Refusal,
  Result,
>(
  machine: AnyStateMachine,
  dialect: Dialect<Record, Event, Effect, Refusal, Result>,
): (record: Record, event: Event, environment: Environment) => Result {
  const cells = new Map<string, Map<string, Cell<Result> | null>>();
  const nodes = Object.entries(machine.root.states);
  if (machine.root.transitions.size > 0) reject(machine.id, 'transitions of the whole machine');
  for (const [place, node] of [[machine.id, machine.root] as const, ...nodes]) {
    // Checked first, because XState turns a timer into entry and exit actions.
    if (node.invoke.length + node.after.length + (node.always?.length ?? 0) > 0) reject(place, 'invoke, after, always');
    if (node.entry.length + node.exit.length > 0) reject(place, 'entry or exit actions');
  }
  for (const [state, node] of nodes) {
    if (node.type !== 'atomic' && node.type !== 'final') reject(state, `a state of type "${node.type}"`);
    if (node.type === 'final' && node.transitions.size > 0) reject(state, 'events that a final state takes');
    if ([...node.transitions.keys()].some((event) => event.endsWith('*'))) reject(state, 'a wildcard event');
    const row = new Map<string, Cell<Result> | null>();
    for (const [event, branches] of node.transitions) row.set(event, compileCell(`${state} on ${event}`, branches));
    cells.set(state, row);
  }

  const reduce = (record: Record, event: Event, environment: Environment): Result => {
    const cell = cells.get(record.state)?.get(event.type) ?? null;
    return cell === null ? dialect.refused(dialect.illegal(record, event)) : cell(record, event, environment);
  };
  if (dialect.first === null) return reduce;
  const first = guardNamed(machine.id, dialect.first);
  const refuse = refusing(machine.id, first);
  return (record, event, environment) =>
    first.holds(record, event, environment, null)
      ? reduce(record, event, environment)
      : refuse(record, event, environment);

  /** One cell of the table: its branches in order; `null` without any. */
  function compileCell(place: string, [branch, ...others]: readonly AnyTransitionDefinition[]): Cell<Result> | null {
    if (branch === undefined) return null;
    const otherwise = compileCell(place, others);
    const take = compileActions(place, branch);
    const guards = guardsOf(place, branch).map((guard) => ({ ...guard, fail: otherwise ?? refusing(place, guard) }));
    if (guards.length === 0) return take;
    return (record, event, environment) => {
      for (const { holds, fail } of guards) {
        if (!holds(record, event, environment, null)) return fail(record, event, environment);
      }
      return take(record, event, environment);
    };
  }

  /** What happens when a guard fails and no branch is left. */
  function refusing(place: string, { refuse }: Guard<Refusal>): Cell<Result> {
    if (refuse === null) reject(place, 'an event that is lost if a guard without a refusal fails');
    return (record, event) => dialect.refused(refuse(record, event));
  }

  /** The guards of a branch in order, without the one that is checked before any cell. */
  function guardsOf(place: string, { guard }: AnyTransitionDefinition): readonly Guard<Refusal>[] {
    const all = typeof guard === 'function' && 'check' in guard && guard.check === ALL_OF && 'guards' in guard;
    const names: unknown[] = guard === undefined ? [] : all ? [guard.guards].flat() : [guard];
    if (dialect.first !== null && names.shift() !== dialect.first)
      reject(place, `no "${dialect.first}" as first guard`);
    return names.map((name) => guardNamed(place, name));
  }

  function guardNamed(place: string, name: unknown): Guard<Refusal> {
    if (typeof name !== 'string') reject(place, `a guard that is not a named part: ${String(name)}`);
    const part = plainPart(machine.implementations.guards[name]);
    if (part?.kind !== 'guard') reject(place, `a guard that is not a named part: ${name}`);
    const refuse = Object.hasOwn(dialect.guardRefusals, name) ? dialect.guardRefusals[name] : null;
    // A refusal accepts the same events as its guard, and the types check the chart's rows for that.
    return { holds: part.run, refuse: (refuse ?? null) as Guard<Refusal>['refuse'] };
  }

  /** Updates, then effects, then updates: the order in every row of the charts. */
  function compileActions(place: string, { actions, target }: AnyTransitionDefinition): Cell<Result> {
    const to = target?.[0]?.key ?? null;
    // Even with a target, because the record would not be updated.
    if (actions.length === 0) reject(place, 'a row without actions');
    const before: Callable<void>[] = [];
    const effects: Callable<Effect>[] = [];
    const after: Callable<void>[] = [];
    for (const action of actions) {
      if (typeof action !== 'object') reject(place, `an action without parameters: ${String(action)}`);
      const { type: name, params } = action;
      const part = plainPart(machine.implementations.actions[name]);
      if (part === undefined || part.kind === 'guard') reject(place, `an action that is not a named part: ${name}`);
      // Of any chart's parameters, only the target matters here.
      if ((params as To<string> | undefined)?.to !== to) reject(place, `parameters that do not name the target ${to}`);
      if (part.kind === 'update') (effects.length > 0 ? after : before).push(part.run);
      else if (after.length > 0) reject(place, `the effect ${name} after the record was closed`);
      // Sound because the type of a chart's effects is fixed where its parts are made.
      else effects.push(part.run as Callable<Effect>);
    }
    const [write, produce, close] = [inOrder(before), listOf(effects), inOrder(after)];
    return (record, event, environment) => {
      // Sound because the reducer takes only records of this type.
      const draft = dialect.draftOf(record as Record);
      write(draft, event, environment, to);
      const produced = produce(draft, event, environment, to);
      close(draft, event, environment, to);
      return dialect.accepted(draft, produced);
    };
  }
}

function reject(place: string, what: string): never {
  throw new Error(`${place}: the chart has ${what}, which the compiler does not understand`);
}

function inOrder(steps: readonly Callable<void>[]): Callable<void> {
  const [first, second] = steps;
  if (first === undefined) return () => {};
  if (second === undefined) return first;
  return (draft, event, environment, to) => {
    for (const step of steps) step(draft, event, environment, to);
  };
}

/** Written out for the usual lengths, because a literal list is several times faster than one that grows. */
function listOf<Item>(items: readonly Callable<Item>[]): Callable<readonly Item[]> {
  const [a, b, c] = items;
  if (a === undefined) return () => NONE;
  if (b === undefined) return (draft, event, environment, to) => [a(draft, event, environment, to)];
  if (c === undefined)
    return (draft, event, environment, to) => [a(draft, event, environment, to), b(draft, event, environment, to)];
  return (draft, event, environment, to) => items.map((item) => item(draft, event, environment, to));
}
