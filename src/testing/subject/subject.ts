import type { EventOf, HostEventType, HostRolloutState, HostState } from '../../machine/index.ts';
import type { PathStep, TestPath } from '../test-path.ts';

type MaybePromise<Value> = Value | Promise<Value>;

/** Gives one event to the subject. */
export type EventHandler<Handle, Type extends HostEventType> = (
  handle: Handle,
  event: EventOf<Type>,
  step: PathStep,
) => MaybePromise<unknown>;

/** Looks at the subject in one state; it throws when what it sees is wrong. */
export type StateHandler<Handle> = (handle: Handle, expected: HostRolloutState) => MaybePromise<unknown>;

/**
 * The thing under test: a reducer, a service, a program. It reports what can be seen of it, and everything that it
 * reports is compared. A path at which nothing was compared fails.
 */
export interface Subject<Handle> {
  /** Brings a host of its own to where the path starts. */
  readonly start: (path: TestPath) => MaybePromise<Handle>;
  /** How an event is given to it: one function for all, or one by name. An event without one is skipped, and shown. */
  readonly events:
    | EventHandler<Handle, HostEventType>
    | { readonly [Type in HostEventType]?: EventHandler<Handle, Type> };
  /** The record after an event, or those of its fields that can be seen. */
  readonly record?: (handle: Handle) => MaybePromise<Partial<HostRolloutState>>;
  /** The effects of the last event, in their order. */
  readonly effects?: (handle: Handle) => MaybePromise<readonly unknown[]>;
  /** Why the last event was refused, in as many of a refusal's fields as are known; `null` if it was accepted. */
  readonly refusal?: (handle: Handle) => MaybePromise<object | null>;
  /** Checks of one state each, run after every event that leaves the host there. */
  readonly states?: { readonly [State in HostState]?: StateHandler<Handle> };
  readonly stop?: (handle: Handle) => MaybePromise<unknown>;
}
