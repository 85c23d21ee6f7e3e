import type { HostEventType } from './events.ts';
import type { HostState } from './record.ts';

/** The conditions of converging, in the order in which they are checked. */
export type ConvergenceInvariant = 'closure-mismatch' | 'soak-not-elapsed' | 'enforce-probe-not-passing';

interface RefusalBase {
  readonly rolloutId: string;
  readonly hostname: string;
  /** A sentence for a person: what is wrong, and what to do about it. */
  readonly message: string;
}

/** The event's `seq` is not greater than the last accepted one: a duplicate, or out of order. */
export interface SeqRegression extends RefusalBase {
  readonly kind: 'SeqRegression';
  readonly got: number;
  readonly last: number;
}

/** The state does not accept this event. */
export interface IllegalForState extends RefusalBase {
  readonly kind: 'IllegalForState';
  readonly from: HostState;
  readonly event: HostEventType;
}

/** The host may not converge. */
export interface InvariantRefusal extends RefusalBase {
  readonly kind: 'Invariant';
  readonly invariant: ConvergenceInvariant;
}

/** Why an event was not accepted (specification: host-machine, "Refusals"). Nothing has changed. */
export type Refusal = SeqRegression | IllegalForState | InvariantRefusal;
