import type { EventOf, HostEventType, HostRolloutState, HostState } from '../../machine/index.ts';
import type { PathStep, TestPath } from '../test-path.ts';

type MaybePromise<Value> = Value | Promise<Value>;

/** Gives one event to the subject. */
export type EventHandler<Handle, Type extends HostEventType> = (
  handle: Handle,
  event: EventOf<Type>,
  step: PathStep,
) => MaybePromise<unknown>;

/** Checks the subject in one state. Throws if something is wrong. */
export type StateHandler<Handle> = (handle: Handle, expected: HostRolloutState) => MaybePromise<unknown>;

/**
 * The thing under test: a reducer, a service, a program. Everything that it reports is compared. A path without any
 * comparison fails.
 */
export interface Subject<Handle> {
  /** Creates a host at the start of the path. */
  readonly start: (path: TestPath) => MaybePromise<Handle>;
  /** Gives it an event: one function for all, or one per name. Events without a function are skipped and reported. */
  readonly events:
    | EventHandler<Handle, HostEventType>
    | { readonly [Type in HostEventType]?: EventHandler<Handle, Type> };
  /** The record after an event, or its visible fields. */
  readonly record?: (handle: Handle) => MaybePromise<Partial<HostRolloutState>>;
  /** The effects of the last event, in order. */
  readonly effects?: (handle: Handle) => MaybePromise<readonly unknown[]>;
  /** Why the last event was refused, with the visible fields of the refusal; `null` if it was accepted. */
  readonly refusal?: (handle: Handle) => MaybePromise<object | null>;
  /** Checks by state, run after every event that leaves the host in it. */
  readonly states?: { readonly [State in HostState]?: StateHandler<Handle> };
  readonly stop?: (handle: Handle) => MaybePromise<unknown>;
}
