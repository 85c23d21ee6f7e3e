import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostEventType, OutboundEventType } from '../../src/machine/events.ts';
import {
  occurredAt,
  outboundEventTypes,
  outboundTypeOf,
  toHostEvent,
  toLocalEvent,
  toWireEvent,
} from '../../src/machine/event-forms.ts';
import { eventTable, seqFields } from '../../src/machine/events.ts';
import type { Field } from '../../src/machine/fields.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { eventSamples, eventSampleList } from '../wire/event-samples.ts';
import { aHost } from '../support/a-host.ts';

const names = {
  DispatchAck: ['LocalActivate', 'RemoteDispatchAck'],
  ActivationStarted: ['LocalActivationStarted', 'RemoteActivationStarted'],
  ActivationCompleted: ['LocalActivationCompleted', 'RemoteActivationCompleted'],
  ActivationFailed: ['LocalActivationFailed', 'RemoteActivationFailed'],
  ActivationDeferred: ['LocalActivationDeferred', 'RemoteActivationDeferred'],
  ProbeTopologyDeclared: ['LocalProbeTopologyDeclared', 'RemoteProbeTopologyDeclared'],
  ProbeObservedFirst: ['LocalProbeObservedFirst', 'RemoteProbeObservedFirst'],
  ProbeResult: ['LocalProbeResult', 'RemoteProbeResult'],
  ProbeFailureFirst: ['LocalProbeFailureFirst', 'RemoteProbeFailureFirst'],
  Failed: ['LocalSustainedFailureCrossed', 'RemoteFailed'],
  RollbackComplete: ['LocalRollbackCompleted', 'RemoteRollbackComplete'],
  Converged: ['LocalConvergedReached', 'RemoteConverged'],
} satisfies Record<OutboundEventType, [HostEventType, HostEventType]>;

describe.each(eventSampleList)('$type', ({ event }) => {
  const [local, remote] = names[event.type];

  test('becomes the remote event with the same fields', () => {
    expect(toHostEvent(event)).toStrictEqual({ ...event, type: remote });
  });

  test('becomes the local event, which also says what was dispatched', () => {
    const record = aHost({ targetClosure: 'c1', soakDueAt: 5 });
    const dispatched = event.type === 'DispatchAck' ? { targetClosure: 'c1', soakDueAt: 5 } : {};
    expect(toLocalEvent(event, record)).toStrictEqual({ ...event, type: local, ...dispatched });
  });

  test('has its name, its fields and its time from the table', () => {
    const { fields, occurredAt: timeField } = eventTable[event.type];
    expect(new Set(Object.keys(event))).toStrictEqual(new Set(['type', ...Object.keys({ ...fields, ...seqFields })]));
    expect(fields).toHaveProperty(timeField, { type: 'time', nullable: false });
    expect([local, remote].map((type) => outboundTypeOf(type))).toStrictEqual([event.type, event.type]);
    expect(event).toHaveProperty(timeField, occurredAt(toHostEvent(event)));
  });

  test('carries nothing that is not its own', () => {
    const newer = { ...toHostEvent(event), note: 'from a newer agent' };
    expect(toWireEvent(newer)).toStrictEqual(event);
  });
});

test('the table has the 12 events of the specification', () => {
  expect(outboundEventTypes).toHaveLength(12);
  expect(new Set(outboundEventTypes)).toStrictEqual(new Set(Object.keys(names)));
});

test('an unknown event is refused by name', () => {
  // What no type allows.
  expect(() => outboundTypeOf('LocalRebooted' as HostEventType)).toThrow(
    'The host machine has no event "LocalRebooted".',
  );
});

test('a local activation reports neither its target nor its soak', () => {
  const { event } = eventSamples.DispatchAck;
  const local = { ...event, type: 'LocalActivate', targetClosure: 'c1', soakDueAt: 5 } as const;
  expect(toWireEvent(local)).toStrictEqual(event);
});

test('only these fields of an event may be null (specification: host-machine, "Events")', () => {
  const mayBeNull = Object.values(eventTable).flatMap(({ fields }) =>
    Object.entries<Field>(fields).flatMap(([name, { nullable }]) => (nullable ? [name] : [])),
  );
  expect(mayBeNull).toStrictEqual(['failureReason', 'subResults']);
});

test('an outbound event is what its remote event reports', () => {
  fc.assert(
    fc.property(arbitrary.outboundEvent, (event) => {
      expect(toWireEvent(toHostEvent(event))).toStrictEqual(event);
    }),
  );
});

test('both names of an event report the same one, with all its fields', () => {
  fc.assert(
    fc.property(arbitrary.hostEvent, (event) => {
      const outbound = toWireEvent(event);
      expect(names[outbound.type]).toContain(event.type);
      expect(event).toMatchObject({ ...outbound, type: event.type });
    }),
  );
});
