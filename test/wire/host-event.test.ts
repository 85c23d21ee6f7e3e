import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostEventType, OutboundEventType } from '../../src/machine/events.ts';
import { toHostEvent } from '../../src/wire/to-host-event.ts';
import { toWireEvent } from '../../src/wire/to-wire-event.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { eventSamples, eventSampleList } from './event-samples.ts';

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
  test('becomes the remote event with the same fields', () => {
    expect(toHostEvent(event)).toStrictEqual({ ...event, type: names[event.type][1] });
  });
});

test('a local activation reports neither its target nor its soak', () => {
  const { event } = eventSamples.DispatchAck;
  const local = { ...event, type: 'LocalActivate', targetClosure: 'c1', soakDueAt: 5 } as const;
  expect(toWireEvent(local)).toStrictEqual(event);
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
