import type { OutboundEvent, RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { Refusal } from '../machine/refusals.ts';
import type { step } from '../machine/step.ts';
import { toHostEvent } from '../wire/to-host-event.ts';

/** A record as the outbox completes it, and the events that did not fit it. */
export interface BootRecord {
  readonly record: HostRolloutState;
  readonly refusals: readonly Refusal[];
}

/**
 * What a host's record was before the agent's memory was lost (specification: agent, rule 11): what is known from
 * elsewhere, and then the events that the outbox still holds, in order, as the control plane will take them.
 *
 * They go through the machine in their remote form and its effects are dropped, because all of them were performed or
 * emitted in the life before; what is to be done again is `resumption`'s to say.
 *
 * @param base the control plane's snapshot as a record, or the pending record of the dispatch
 */
export function bootRecord(
  base: HostRolloutState,
  recovered: readonly OutboundEvent[],
  policy: RolloutPolicy,
  now: Time,
  reduce: typeof step,
): BootRecord {
  let record = base;
  const refusals: Refusal[] = [];
  for (const event of recovered) {
    if (event.seq <= base.lastEventSeq) continue;
    const result = reduce(record, toHostEvent(event), now, policy);
    if (result.ok) record = result.state;
    else refusals.push(result.error);
  }
  return { record, refusals };
}
