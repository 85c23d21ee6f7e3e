import { type ActionFunction, assign, emit, type EventObject, type GuardPredicate, type MachineContext } from 'xstate';

/**
 * A named part of a chart as a plain function: a condition, a change of the record, or an effect. It is called with the
 * record, the event, the environment (for a host: the policy), and the target state of the transition, if any. It takes
 * the narrowest type of event that it can work with; the rows of a chart are checked against that (`PartFor`).
 */
export type Plain<Result> = (record: never, event: never, environment: never, to: never) => Result;

/** How the compiler calls a part. */
export type Callable<Result> = (record: unknown, event: unknown, environment: unknown, to: string | null) => Result;

export type PlainPart =
  | { readonly kind: 'guard'; readonly run: Callable<boolean> }
  | { readonly kind: 'update'; readonly run: Callable<void> }
  | { readonly kind: 'effect'; readonly run: Callable<unknown> };

/** The names of the parts that accept every event of this type; a row can use no others. */
export type PartFor<Parts extends Record<string, Plain<unknown>>, Event> = {
  [Name in keyof Parts]: Parts[Name] extends (record: never, event: infer Taken, ...rest: never) => unknown
    ? Event extends Taken
      ? Name
      : never
    : never;
}[keyof Parts];

/** One branch for an event in a state, taken if the guard holds. */
export interface Branch<State, Action> {
  readonly target?: State;
  readonly guard?: unknown;
  readonly actions: readonly { readonly type: Action }[];
}

/** What each event does in a state: the first branch whose guard holds. Events without a row are refused. */
export type Rows<State, Event extends EventObject, Parts extends Record<string, Plain<unknown>>> = {
  readonly [E in Event as E['type']]?: Branch<State, PartFor<Parts, E>> | readonly Branch<State, PartFor<Parts, E>>[];
};

/** Carries the target state of a transition to the parts that need it. */
export interface To<State extends string> {
  readonly to: State | null;
}

const PLAIN = Symbol('the plain function that a part of a chart was made from');

/** The plain function behind a guard or action of a built machine; `undefined` if `chartParts` did not make it. */
export function plainPart(lifted: unknown): PlainPart | undefined {
  // Only `lift` sets this key, and only to a `PlainPart`.
  return typeof lifted === 'function' ? (lifted as { [PLAIN]?: PlainPart })[PLAIN] : undefined;
}

const lift = <Lifted extends object>(part: PlainPart, lifted: Lifted): Lifted =>
  Object.assign(lifted, { [PLAIN]: part });

// Sound because a row only names parts that accept its event, and XState only calls a part from a row.
const callable = <Result>(plain: Plain<Result>): Callable<Result> => plain as Callable<Result>;

// `Object.fromEntries` forgets the keys; each key is mapped, and none is added.
const mapParts = <Parts extends object, Lifted>(parts: Parts, to: (part: Parts[keyof Parts]) => Lifted) =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, to(part)])) as {
    [Name in keyof Parts]: Lifted;
  };

/**
 * Wraps plain functions in the forms that XState takes. Each wrapper keeps its plain function, so that the compiler
 * finds exactly the functions that a machine was built with.
 *
 * @param draftOf a copy of the record that an update may write to
 * @param environmentOf what parts may read besides record and event
 */
export function chartParts<
  Context extends MachineContext,
  Event extends EventObject,
  State extends string,
  Emitted extends EventObject,
>(draftOf: (context: Context) => Partial<Context>, environmentOf: (context: Context) => unknown) {
  type Action = ActionFunction<Context, Event, Event, To<State>, never, never, never, never, Emitted>;
  type Guard = GuardPredicate<Context, Event, undefined, never>;

  return {
    guards: <Guards extends Record<string, Plain<boolean>>>(guards: Guards) =>
      mapParts(guards, (plain): Guard => {
        const run = callable(plain);
        return lift({ kind: 'guard', run }, ({ context, event }) => run(context, event, environmentOf(context), null));
      }),

    updates: <Updates extends Record<string, Plain<void>>>(updates: Updates) =>
      mapParts(updates, (plain): Action => {
        const run = callable(plain);
        return lift(
          { kind: 'update', run },
          assign(({ context, event }: { context: Context; event: Event }, params: To<State>) => {
            const draft = draftOf(context);
            run(draft, event, environmentOf(context), params.to);
            return draft;
          }),
        );
      }),

    effects: <Effects extends Record<string, Plain<Emitted>>>(effects: Effects) =>
      mapParts(effects, (plain): Action => {
        const run = callable(plain);
        return lift(
          { kind: 'effect', run },
          emit(({ context, event }: { context: Context; event: Event }, params: To<State>) =>
            run(context, event, environmentOf(context), params.to),
          ),
        );
      }),
  };
}
