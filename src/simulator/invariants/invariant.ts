import type { ControlPlaneEffect } from '../../control-plane/index.ts';
import type { OutboundEvent } from '../../machine/index.ts';
import type { HostObservation, ObservationOf, ObservationType } from '../observations.ts';
import type { RunSetup } from '../run-setup.ts';
import type { RunMs } from '../run-ms.ts';
import type { InvariantName } from './index.ts';
import type { Ledger } from './ledger.ts';
import type { ObservedHosts, ObservedState } from './observed-hosts.ts';

/** What every judge may read: the books from before the observation, and its time. */
export interface Scene {
  readonly setup: RunSetup;
  readonly ledger: Ledger;
  readonly hosts: ObservedHosts;
  readonly runMs: RunMs;
  readonly broken: (invariant: InvariantName, host: string | null, rollout: string | null, message: string) => void;
}

/** A function for each observation that a judge is about. It also gets the observation's host, if there is one. */
export type Watches<State> = {
  readonly [Type in ObservationType]?: (
    scene: Scene,
    state: State,
    observation: ObservationOf<Type>,
    host: Type extends HostObservation['type'] ? ObservedState : null,
  ) => void;
};

/** An event as an agent emits it. */
export type EmissionOf<Type extends OutboundEvent['type']> = ObservationOf<'EventEmitted'> & {
  readonly event: Extract<OutboundEvent, { readonly type: Type }>;
};

/** A function for each event that a judge is about when an agent emits it: most judges are not about probe results. */
export type EmissionWatches<State> = {
  readonly [Type in OutboundEvent['type']]?: (
    scene: Scene,
    state: State,
    emission: EmissionOf<Type>,
    host: ObservedState,
  ) => void;
};

/** A function for each effect of the control plane that a judge is about. */
export type EffectWatches<State> = {
  readonly [Type in ControlPlaneEffect['type']]?: (
    scene: Scene,
    state: State,
    effect: Extract<ControlPlaneEffect, { readonly type: Type }>,
  ) => void;
};

/**
 * Checks a statement that always holds (specification: control-plane, "Always true"). Its functions only look at the
 * current observation, so the cost does not depend on the size of the fleet.
 *
 * Its state is everything it remembers: an object whose fields are immutable values, or a `Map`, `Set` or `PerHost` of
 * such values, so it is cheap to copy (`copyState`).
 */
export interface Judge<State extends object> {
  readonly begin: (setup: RunSetup) => State;
  readonly on?: Watches<State>;
  readonly emitted?: EmissionWatches<State>;
  readonly effects?: EffectWatches<State>;
}

/** Correct for a judge of any state: it only ever gets the state that it began with, or a copy. */
export interface AnyJudge {
  readonly begin: (setup: RunSetup) => object;
  readonly on?: Watches<never>;
  readonly emitted?: EmissionWatches<never>;
  readonly effects?: EffectWatches<never>;
}

/** The state of a judge that remembers nothing. */
export const noState = (): object => ({});

/** A copy of a judge's state, for a fork. */
export function copyState(state: object): object {
  return Object.fromEntries(Object.entries(state).map(([field, value]: [string, unknown]) => [field, copyOf(value)]));
}

function copyOf(value: unknown): unknown {
  if (value instanceof Map) return new Map(value);
  if (value instanceof Set) return new Set(value);
  return isCopied(value) ? value.copy() : value;
}

function isCopied(value: unknown): value is { readonly copy: () => unknown } {
  return typeof value === 'object' && value !== null && 'copy' in value && typeof value.copy === 'function';
}
