import type { HostEffect } from '../../src/machine/effects.ts';
import type { HostEvent, RolloutPolicy } from '../../src/machine/events.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import type { Refusal } from '../../src/machine/refusals.ts';
import { step } from '../../src/machine/step.ts';
import { deepFreeze } from './deep-freeze.ts';
import { HALT } from './a-host.ts';

export interface Accepted {
  readonly state: HostRolloutState;
  readonly effects: readonly HostEffect[];
}

/** The result of an event that must be accepted, on a record that must not be modified. */
export function accepted(record: HostRolloutState, event: HostEvent, policy: RolloutPolicy = HALT): Accepted {
  const result = step(deepFreeze(record), deepFreeze(event), 0, deepFreeze(policy));
  if (!result.ok) throw new Error(result.error.message);
  return result;
}

/** The refusal of an event that must be refused. */
export function refused(record: HostRolloutState, event: HostEvent, policy: RolloutPolicy = HALT): Refusal {
  const result = step(deepFreeze(record), deepFreeze(event), 0, deepFreeze(policy));
  if (result.ok) throw new Error(`${record.state} took ${event.type}`);
  return result.error;
}
