import type {
  HostRolloutState,
  OutboundEvent,
  OutboundEventOf,
  OutboundEventType,
  RolloutPolicy,
  Time,
} from '../machine/index.ts';

/** What a move depends on: the record, the time of the event, and the rollout's policy. */
export interface Situation {
  readonly record: HostRolloutState;
  readonly at: Time;
  readonly policy: RolloutPolicy;
}

/** One concrete form of an event, shared by agent and control plane. */
export interface Move {
  readonly type: OutboundEventType;
  /** What is special about it; `null` for the usual form. */
  readonly name: string | null;
  /** Generated paths do not take it where it makes no sense. */
  readonly makesSense: (record: HostRolloutState) => boolean;
  readonly payload: (situation: Situation, seq: number) => OutboundEvent;
}

export function move<Type extends OutboundEventType>(
  type: Type,
  name: string | null,
  fieldsOf: (situation: Situation) => Omit<OutboundEventOf<Type>, 'type' | 'seq'>,
  makesSense: (record: HostRolloutState) => boolean = () => true,
): Move {
  return {
    type,
    name,
    makesSense,
    // Safe: the fields of this event type, with the type and a number, are such an event.
    payload: (situation, seq) => ({ type, ...fieldsOf(situation), seq }) as unknown as OutboundEvent,
  };
}
