import type { RolloutEventType } from './rollout-events.ts';
import type { RolloutState } from './rollout-record.ts';

/** Why an event was not accepted (specification: rollout-machine, "Transitions"). Nothing has changed. */
export interface RolloutRefusal {
  /** `Unsupported`: the event is legal here, but its effect is not defined yet. */
  readonly kind: 'IllegalForState' | 'Unsupported';
  readonly from: RolloutState;
  readonly event: RolloutEventType;
  readonly rolloutId: string;
  /** A sentence for a person. */
  readonly message: string;
}
