import type { AnyStateMachine } from 'xstate';
import {
  hostRolloutMachine,
  outboundTypeOf,
  plainPart,
  step,
  type HostEvent,
  type HostEventType,
  type HostRolloutState,
  type RolloutPolicy,
  type Time,
} from '../machine/index.ts';
import {
  rolloutEventTypes,
  rolloutMachine,
  stepRollout,
  type RolloutEvent,
  type RolloutEventType,
  type RolloutRecord,
} from '../rollout/index.ts';
import { eventOf, everyMove, type SideMove } from './moves.ts';
import { oddRolloutEvents, sampleRolloutEvent } from './rollout-samples.ts';
import { hostEventTypes, sideOf } from './side.ts';

/** The two machines of the specification. */
export type MachineName = 'host' | 'rollout';

/** A record of either chart. */
export type ChartRecord = HostRolloutState | RolloutRecord;
/** An event of either chart. */
export type EngineEvent = HostEvent | RolloutEvent;

/** An effect of either chart. */
export interface EngineEffect {
  readonly type: string;
}

/** Why a chart refused an event. */
export interface ChartRefusal {
  readonly kind: string;
  readonly message: string;
}

/** The result of an event: the next record with its effects, or a refusal. */
export type ChartResult =
  | { readonly ok: true; readonly record: ChartRecord; readonly effects: readonly EngineEffect[] }
  | { readonly ok: false; readonly error: ChartRefusal };

/** One concrete way for an event to happen, ready to send. */
export interface Way {
  readonly name: string;
  readonly event: EngineEvent;
}

/** A machine behind an interface that both share: paths are generated from it, and the page plays it. */
export interface Engine {
  readonly machine: AnyStateMachine;
  readonly eventTypes: readonly string[];
  /** The event in its most likely form. */
  readonly usual: (type: string, record: ChartRecord, at: Time, policy: RolloutPolicy) => EngineEvent;
  /** Every form in which the event can happen to this record, the usual one first. */
  readonly ways: (type: string, record: ChartRecord, at: Time, policy: RolloutPolicy) => readonly Way[];
  readonly step: (record: ChartRecord, event: EngineEvent, now: Time, policy: RolloutPolicy) => ChartResult;
  readonly guardHolds: (guard: string, record: ChartRecord, event: EngineEvent, policy: RolloutPolicy) => boolean;
}

/** The concrete forms in which this event can happen, the usual one first. */
const movesOf = (type: HostEventType): readonly SideMove[] =>
  everyMove(sideOf(type)).filter(({ move }) => move.type === outboundTypeOf(type));

/**
 * A plausible event of this type for a record.
 *
 * @throws Error if no move makes this event, which the tests of the moves rule out
 */
export function usualHostEvent(
  type: HostEventType,
  record: HostRolloutState,
  at: Time,
  policy: RolloutPolicy,
): HostEvent {
  const [usual] = movesOf(type);
  if (usual === undefined) throw new Error(`There is no sample of ${type}.`);
  return eventOf(usual, { record, at, policy });
}

const guardOf =
  (machine: AnyStateMachine): Engine['guardHolds'] =>
  (guard, record, event, policy) => {
    const part = plainPart(machine.implementations.guards[guard]);
    return part?.kind === 'guard' && part.run(record, event, policy, null);
  };

// The casts are safe: records, events and event names of one machine never reach the other's engine. Callers keep them
// apart, and check those from outside.
const asHost = (record: ChartRecord) => record as HostRolloutState;
const asRollout = (record: ChartRecord) => record as RolloutRecord;
const hostType = (type: string) => type as HostEventType;
const rolloutType = (type: string) => type as RolloutEventType;

const host: Engine = {
  machine: hostRolloutMachine,
  eventTypes: hostEventTypes,
  usual: (type, record, at, policy) => usualHostEvent(hostType(type), asHost(record), at, policy),
  ways: (type, record, at, policy) =>
    movesOf(hostType(type)).map((way) => ({
      name: way.move.name ?? 'as usual',
      event: eventOf(way, { record: asHost(record), at, policy }),
    })),
  step: (record, event, now, policy) => {
    // Safe, as above.
    const result = step(asHost(record), event as HostEvent, now, policy);
    return result.ok ? { ok: true, record: result.state, effects: result.effects } : result;
  },
  guardHolds: guardOf(hostRolloutMachine),
};

const rollout: Engine = {
  machine: rolloutMachine,
  eventTypes: rolloutEventTypes,
  usual: (type, record, at) => sampleRolloutEvent(rolloutType(type), asRollout(record), at),
  ways: (type, record, at) => [
    { name: 'as usual', event: sampleRolloutEvent(rolloutType(type), asRollout(record), at) },
    ...oddRolloutEvents(rolloutType(type), asRollout(record), at),
  ],
  // Safe, as above.
  step: (record, event, now) => stepRollout(asRollout(record), event as RolloutEvent, now),
  guardHolds: guardOf(rolloutMachine),
};

/** Each machine's engine. */
export const engines: { readonly [Name in MachineName]: Engine } = { host, rollout };
