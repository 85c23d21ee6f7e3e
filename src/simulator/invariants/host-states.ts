import type { HostState } from '../../machine/index.ts';
import type { RolloutState } from '../../rollout/index.ts';

/** A row of the table of states (specification: host-machine, "States"). */
interface StateRow {
  readonly isOrderingEligible: boolean;
  readonly isInFlight: boolean;
  /** A host in this state reports nothing more in this rollout. Under `halt`, Failed is such a state too. */
  readonly isEnd: boolean;
}

/** The table of states, written a second time: judges share nothing with the machine that they judge. */
const STATES: Readonly<Record<HostState, StateRow>> = {
  Pending: { isOrderingEligible: false, isInFlight: false, isEnd: false },
  Activating: { isOrderingEligible: false, isInFlight: true, isEnd: false },
  Deferred: { isOrderingEligible: true, isInFlight: false, isEnd: false },
  Soaking: { isOrderingEligible: false, isInFlight: true, isEnd: false },
  Converged: { isOrderingEligible: true, isInFlight: false, isEnd: true },
  Failed: { isOrderingEligible: false, isInFlight: false, isEnd: false },
  Reverted: { isOrderingEligible: false, isInFlight: false, isEnd: true },
};

export const isOrderingEligible = (state: HostState): boolean => STATES[state].isOrderingEligible;

export const isInFlight = (state: HostState): boolean => STATES[state].isInFlight;

export const isAtEnd = (state: HostState, onHealthFailure: 'halt' | 'rollback-and-halt'): boolean =>
  STATES[state].isEnd || (state === 'Failed' && onHealthFailure === 'halt');

/** Rollouts that still dispatch (specification: control-plane, "Planning", 3). */
export const isDispatching = (state: RolloutState): boolean =>
  state === 'Opening' || state === 'Active' || state === 'Converging';
