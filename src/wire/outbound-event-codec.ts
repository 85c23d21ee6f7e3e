import { isObject } from '../text/index.ts';
import type {
  OutboundEvent,
  OutboundEventOf,
  OutboundEventType,
  ProbeDeclaration,
  ProbeSubResult,
} from '../machine/events.ts';
import { UNREADABLE, type Codec } from './codec.ts';
import { listOf, object, optional, orElse, ownField, type FieldCodecs } from './composites.ts';
import { durationSecs, exitCode, oneOf, seq, text, time } from './scalars.ts';
import { healthFailurePolicy, probeMode, probeStatus } from './vocabulary-codecs.ts';

type EventsByType = { readonly [Type in OutboundEventType]: OutboundEventOf<Type> };

const probeDeclaration = object<ProbeDeclaration>({ probeName: text, kind: text, mode: probeMode });

const probeSubResult = object<ProbeSubResult>({
  controlId: text,
  status: probeStatus,
  framework: text,
  article: optional(text),
  effectiveMode: orElse(probeMode, 'enforce'),
  overrideReason: optional(text),
});

/** The table of the specification (wire, "the event envelope"): a missing kind or field does not compile. */
const codecs: { readonly [Type in OutboundEventType]: Codec<EventsByType[Type]> } = {
  DispatchAck: tagged('DispatchAck', { currentClosureAtDispatch: text, receivedAt: time, seq }),
  ActivationStarted: tagged('ActivationStarted', { startedAt: time, switchMethod: text, seq }),
  ActivationCompleted: tagged('ActivationCompleted', {
    observedCurrentClosure: text,
    exitCode,
    completedAt: time,
    seq,
  }),
  ActivationFailed: tagged('ActivationFailed', { exitCode, stderrTail: text, failedAt: time, seq }),
  ActivationDeferred: tagged('ActivationDeferred', { component: text, deferredAt: time, seq }),
  ProbeTopologyDeclared: tagged('ProbeTopologyDeclared', { probes: listOf(probeDeclaration), declaredAt: time, seq }),
  ProbeObservedFirst: tagged('ProbeObservedFirst', { probeName: text, mode: probeMode, observedAt: time, seq }),
  ProbeResult: tagged('ProbeResult', {
    probeName: text,
    mode: probeMode,
    status: probeStatus,
    observedAt: time,
    failureReason: optional(text),
    subResults: optional(listOf(probeSubResult)),
    seq,
  }),
  ProbeFailureFirst: tagged('ProbeFailureFirst', { probeName: text, mode: probeMode, firstFailedAt: time, seq }),
  Failed: tagged('Failed', {
    failedAt: time,
    sustainedDurationSecs: durationSecs,
    failingProbes: listOf(text),
    policyApplied: healthFailurePolicy,
    seq,
  }),
  RollbackComplete: tagged('RollbackComplete', { revertedToClosure: text, exitCode, completedAt: time, seq }),
  Converged: tagged('Converged', { convergedAt: time, currentClosure: text, seq }),
};

const eventType = oneOf<OutboundEventType>(codecs);

/** An event, tagged by `kind` on the wire and by `type` in memory. */
export const outboundEventCodec: Codec<OutboundEvent> = {
  decode: (json, path, reports) => {
    if (!isObject(json)) {
      reports.problems.add(path, 'an object', json);
      return UNREADABLE;
    }
    const type = eventType.decode(ownField(json, 'kind'), `${path}.kind`, reports);
    if (type !== UNREADABLE) return codecs[type].decode(json, path, reports);
    // Of an unknown kind nothing can be said but what all kinds have in common.
    seq.decode(ownField(json, 'seq'), `${path}.seq`, reports);
    return UNREADABLE;
  },
  encode: (event, path) => encodeAs(event.type, event, path),
};

function encodeAs<Type extends OutboundEventType>(type: Type, event: EventsByType[Type], path: string) {
  return codecs[type].encode(event, path);
}

function tagged<Type extends OutboundEventType>(
  type: Type,
  fields: FieldCodecs<Omit<EventsByType[Type], 'type'>>,
): Codec<EventsByType[Type]> {
  const body = object<Omit<EventsByType[Type], 'type'>>(fields);
  return {
    decode: (json, path, reports) => {
      const read = body.decode(json, path, reports);
      // Right, because the tag and everything but the tag make up the event.
      return read === UNREADABLE ? read : ({ type, ...read } as unknown as EventsByType[Type]);
    },
    encode: (event, path) => ({ kind: type, ...body.encode(event, path) }),
  };
}
