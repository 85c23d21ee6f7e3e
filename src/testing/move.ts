import type {
  HostRolloutState,
  OutboundEvent,
  OutboundEventOf,
  OutboundEventType,
  RolloutPolicy,
  Time,
} from '../machine/index.ts';

/** What a move is made from: the record as it stands, the time at which the event happens, and the rollout's policy. */
export interface Situation {
  readonly record: HostRolloutState;
  readonly at: Time;
  readonly policy: RolloutPolicy;
}

/** One concrete way for an event to happen; agent and control plane share it. */
export interface Move {
  readonly type: OutboundEventType;
  /** What is special about it; `null` for the usual way. */
  readonly name: string | null;
  /** Where it makes no sense, no generated path takes it. */
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
    // The fields of an event of this type, with that type and a number, are an event of this type.
    payload: (situation, seq) => ({ type, ...fieldsOf(situation), seq }) as unknown as OutboundEvent,
  };
}
