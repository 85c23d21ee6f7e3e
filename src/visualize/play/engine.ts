import type { AnyStateMachine } from 'xstate';
import { plainPart } from '../../machine/parts.ts';
import type { HostEvent, HostEventType, RolloutPolicy } from '../../machine/events.ts';
import { hostRolloutMachine } from '../../machine/host-rollout.machine.ts';
import type { HostRolloutState } from '../../machine/record.ts';
import { step } from '../../machine/step.ts';
import type { RolloutEvent, RolloutEventType } from '../../rollout/rollout-events.ts';
import type { RolloutRecord } from '../../rollout/rollout-record.ts';
import { rolloutMachine } from '../../rollout/rollout.machine.ts';
import { stepRollout } from '../../rollout/step-rollout.ts';
import { eventOf } from '../../testing/moves.ts';
import { oddRolloutEvents, rolloutEventTypes, sampleRolloutEvent } from '../rollout-samples.ts';
import { usualHostEvent, waysOf } from '../usual-host-event.ts';
import { hostEventTypes } from '../../testing/side.ts';
import { valuesRead, type ValueRead } from './values-read.ts';
import { hostEventFields, rolloutEventFields, type Field } from './event-fields.ts';

export type PlayRecord = HostRolloutState | RolloutRecord;
export type PlayEvent = HostEvent | RolloutEvent;

export interface PlayEffect {
  readonly type: string;
}

export interface PlayRefusal {
  readonly kind: string;
  readonly message: string;
}

export type PlayResult =
  | { readonly ok: true; readonly record: PlayRecord; readonly effects: readonly PlayEffect[] }
  | { readonly ok: false; readonly error: PlayRefusal };

/** One concrete way for an event to happen, ready to send. */
export interface Way {
  readonly name: string;
  readonly event: PlayEvent;
}

/** One machine, in the shape in which the page plays it. Every answer is the machine's own. */
export interface Engine {
  readonly eventTypes: readonly string[];
  readonly fieldsOf: (type: string) => readonly Field[];
  readonly usual: (type: string, record: PlayRecord, at: number, policy: RolloutPolicy) => PlayEvent;
  readonly ways: (type: string, record: PlayRecord, at: number, policy: RolloutPolicy) => readonly Way[];
  readonly step: (record: PlayRecord, event: PlayEvent, now: number, policy: RolloutPolicy) => PlayResult;
  readonly guardHolds: (guard: string, record: PlayRecord, event: PlayEvent, policy: RolloutPolicy) => boolean;
  /** What the guard looks at to decide. */
  readonly guardValues: (
    guard: string,
    record: PlayRecord,
    event: PlayEvent,
    policy: RolloutPolicy,
  ) => readonly ValueRead[];
}

const holds =
  (machine: AnyStateMachine) => (guard: string, record: PlayRecord, event: PlayEvent, policy: RolloutPolicy) => {
    const part = plainPart(machine.implementations.guards[guard]);
    return part?.kind === 'guard' && part.run(record, event, policy, null);
  };

const values =
  (machine: AnyStateMachine) => (guard: string, record: PlayRecord, event: PlayEvent, policy: RolloutPolicy) =>
    valuesRead({ record, event, policy }, (watched) =>
      holds(machine)(guard, watched.record, watched.event, watched.policy),
    );

// A session of one machine holds records and events of that machine only: they are checked where they come in.
const asHost = (record: PlayRecord) => record as HostRolloutState;
const asRollout = (record: PlayRecord) => record as RolloutRecord;

// As the records, so the names of events: each engine is only asked about those of its own `eventTypes`.
const hostType = (type: string) => type as HostEventType;
const rolloutType = (type: string) => type as RolloutEventType;

const hostEngine: Engine = {
  eventTypes: hostEventTypes,
  fieldsOf: (type) => hostEventFields(hostType(type)),
  usual: (type, record, at, policy) => usualHostEvent(hostType(type), asHost(record), at, policy),
  ways: (type, record, at, policy) =>
    waysOf(hostType(type)).map((way) => ({
      name: way.move.name ?? 'as usual',
      event: eventOf(way, { record: asHost(record), at, policy }),
    })),
  step: (record, event, now, policy) => {
    // The event was made by this engine, or checked where it came in.
    const result = step(asHost(record), event as HostEvent, now, policy);
    return result.ok ? { ok: true, record: result.state, effects: result.effects } : result;
  },
  guardHolds: holds(hostRolloutMachine),
  guardValues: values(hostRolloutMachine),
};

const rolloutEngine: Engine = {
  eventTypes: rolloutEventTypes,
  fieldsOf: (type) => rolloutEventFields(rolloutType(type)),
  usual: (type, record, at) => sampleRolloutEvent(rolloutType(type), asRollout(record), at),
  ways: (type, record, at) => [
    { name: 'as usual', event: sampleRolloutEvent(rolloutType(type), asRollout(record), at) },
    ...oddRolloutEvents(rolloutType(type), asRollout(record), at),
  ],
  // The event was made by this engine, or checked where it came in.
  step: (record, event, now) => stepRollout(asRollout(record), event as RolloutEvent, now),
  guardHolds: holds(rolloutMachine),
  guardValues: values(rolloutMachine),
};

export type MachineName = 'host' | 'rollout';

export const engines: { readonly [Name in MachineName]: Engine } = { host: hostEngine, rollout: rolloutEngine };
