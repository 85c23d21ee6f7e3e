import { type ActionFunction, assign, emit, type EventObject, type GuardPredicate, type MachineContext } from 'xstate';

/**
 * A named part of a chart as plain code: a question, a change of the record, or an effect. It is called with the
 * record, the event, the environment (for a host: the policy) and the state that the transition goes to, if any.
 * Each takes the narrowest event that it can work with; the rows of a chart are checked against that (`ActionFor`).
 */
export type Plain<Result> = (record: never, event: never, environment: never, to: never) => Result;

/** How the compiler calls a part. */
export type Callable<Result> = (record: unknown, event: unknown, environment: unknown, to: string | null) => Result;

export type PlainPart =
  | { readonly kind: 'guard'; readonly run: Callable<boolean> }
  | { readonly kind: 'update'; readonly run: Callable<void> }
  | { readonly kind: 'effect'; readonly run: Callable<unknown> };

/** The names of the parts that can take every event of this type: a row may use no others. */
export type PartFor<Parts extends Record<string, Plain<unknown>>, Event> = {
  [Name in keyof Parts]: Parts[Name] extends (record: never, event: infer Taken, ...rest: never) => unknown
    ? Event extends Taken
      ? Name
      : never
    : never;
}[keyof Parts];

/** One way that an event can go in a state: taken if the guard holds. */
export interface Branch<State, Action> {
  readonly target?: State;
  readonly guard?: unknown;
  readonly actions: readonly { readonly type: Action }[];
}

/** What each event does in one state; the first branch whose guard holds is taken. What has no row is refused. */
export type Rows<State, Event extends EventObject, Parts extends Record<string, Plain<unknown>>> = {
  readonly [E in Event as E['type']]?: Branch<State, PartFor<Parts, E>> | readonly Branch<State, PartFor<Parts, E>>[];
};

/** Where the state that a transition goes to reaches the parts that need it. */
export interface To<State extends string> {
  readonly to: State | null;
}

const PLAIN = Symbol('the plain function that a part of a chart was made from');

/** What a guard or action of a built machine was made from; `undefined` if it was not made by `chartParts`. */
export function plainPart(lifted: unknown): PlainPart | undefined {
  // Only `lift` below sets this key, and only to a `PlainPart`.
  return typeof lifted === 'function' ? (lifted as { [PLAIN]?: PlainPart })[PLAIN] : undefined;
}

const lift = <Lifted extends object>(part: PlainPart, lifted: Lifted): Lifted =>
  Object.assign(lifted, { [PLAIN]: part });

// Sound because a row only names parts that take its event, and XState calls a part only from a row.
const callable = <Result>(plain: Plain<Result>): Callable<Result> => plain as Callable<Result>;

// `Object.fromEntries` forgets the keys; each key is mapped, and none is added.
const mapParts = <Parts extends object, Lifted>(parts: Parts, to: (part: Parts[keyof Parts]) => Lifted) =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, to(part)])) as {
    [Name in keyof Parts]: Lifted;
  };

/**
 * Puts plain parts into the forms that XState takes, each remembering its plain function: whatever a machine was
 * built with is what the compiler finds in it.
 *
 * @param draftOf a copy of the record that an update may write to
 * @param environmentOf what parts may read beside record and event
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
