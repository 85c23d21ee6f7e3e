/** JSON between agent and control plane, to and from the vocabulary of the machines (specification: wire). */
export type { WireBatchResult, WireFailure, WireProblem, WireResult } from './problems.ts';
export { type JsonObject, type JsonValue, MAX_JSON_DEPTH, MAX_JSON_LENGTH, parseJson } from './json.ts';

export { decodeEnvelope, decodeEnvelopeBatch, decodeEnvelopes, encodeEnvelope, type Envelope } from './envelope.ts';
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
  undecodable,
} from './event-answer.ts';
export { cutText, MAX_TEXT_BYTES } from './cut-text.ts';
export { toHostEvent, toWireEvent } from '../machine/index.ts';

export { decodeSnapshot, encodeSnapshot, type HostRolloutSnapshot, snapshotOf } from './snapshot.ts';

export {
  decodeHeartbeat,
  decodeHeartbeatAnswer,
  decodeReplayFrom,
  encodeHeartbeat,
  encodeHeartbeatAnswer,
  encodeReplayFrom,
  type Heartbeat,
  type HeartbeatAnswer,
  type HeartbeatAnswerParts,
  REPLAY_FROM_HEADER,
} from './heartbeat.ts';

export { decodeDispatch, type Dispatch, encodeDispatch } from './dispatch.ts';

export {
  type AgentManifest,
  decodeOutboxEntry,
  decodeOutboxHeader,
  encodeOutboxEntry,
  encodeOutboxHeader,
  type OutboxEntry,
  type OutboxHeader,
} from './outbox.ts';

export { parseRolloutId, rolloutId, type RolloutIdParts } from './rollout-id.ts';
export { formatTime, MAX_TIME, MIN_TIME, parseTime } from '../text/index.ts';
