/** JSON between agent and control plane, to and from the vocabulary of the machines (specification: wire). */
export type { WireBatchResult, WireFailure, WireProblem, WireResult } from './wire-result.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { parseJson } from './parse-json.ts';

export type { Envelope } from './envelope.ts';
export { decodeEnvelope, decodeEnvelopes, encodeEnvelope } from './envelope-codec.ts';
export {
  BATCH_HEADER,
  batchLimit,
  encodeEventAnswer,
  encodeEventAnswers,
  type EventAnswerParts,
  eventDeliveries,
  type EventDelivery,
  eventDelivery,
  type EventRefusal,
  type EventStatus,
  MAX_BATCH_LENGTH,
  REFUSAL_HEADER,
  UNDECODABLE,
} from './event-answer.ts';
export { cutText, MAX_TEXT_BYTES } from './cut-text.ts';
export { toHostEvent, toWireEvent } from '../machine/event-forms.ts';

export { type HostRolloutSnapshot, snapshotOf } from './host-rollout-snapshot.ts';
export { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts';

export { decodeHeartbeat, encodeHeartbeat, type Heartbeat } from './heartbeat.ts';
export type { HeartbeatAnswer } from './heartbeat-answer.ts';
export { decodeHeartbeatAnswer, encodeHeartbeatAnswer, type HeartbeatAnswerParts } from './heartbeat-answer-codec.ts';
export { decodeReplayFrom, encodeReplayFrom, REPLAY_FROM_HEADER } from './replay-from.ts';

export { decodeDispatch, type Dispatch, encodeDispatch } from './dispatch.ts';

export { parseRolloutId, rolloutId, type RolloutIdParts } from './rollout-id.ts';
export { formatTime, MAX_TIME, MIN_TIME, parseTime } from '../text/rfc3339.ts';
