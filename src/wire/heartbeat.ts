import { describeValue } from '../text/index.ts';
import type { Time } from '../machine/index.ts';
import { batchOf, decodeBatchWith, object, optional, orElse } from './codec.ts';
import type { JsonObject } from './json.ts';
import { rolloutIdText, text, time } from './field-codecs.ts';
import { problemAt, type WireBatchResult, type WireResult } from './problems.ts';
import { snapshotCodec, type HostRolloutSnapshot } from './snapshot.ts';

/** What an agent reports about itself every 60 s (specification: wire, "Heartbeat"). */
export interface Heartbeat {
  readonly hostname: string;
  readonly rolloutId: string | null;
  /** The closure that the host runs now. */
  readonly currentClosure: string | null;
  /** By the agent's clock. */
  readonly at: Time;
  /** The agent's own records, including ended ones; empty if an older agent sends none. */
  readonly rollouts: readonly HostRolloutSnapshot[];
  /** The ids of the rollouts with events in the agent's outbox; empty if an older agent sends none. */
  readonly undelivered: readonly string[];
}

const heartbeatCodec = object<Heartbeat>({
  hostname: text,
  rolloutId: optional(rolloutIdText),
  currentClosure: optional(text),
  at: time,
  rollouts: orElse(batchOf(snapshotCodec), []),
  undelivered: orElse(batchOf(rolloutIdText), []),
});

/**
 * Decodes the body of `POST /v1/agent/heartbeat` (specification: wire, "Heartbeat"). Never throws.
 *
 * Unreadable entries of `rollouts` and `undelivered` are skipped, so that the host still counts as alive. So a missing
 * entry means something only if nothing was skipped.
 */
export function decodeHeartbeat(json: unknown): WireBatchResult<Heartbeat> {
  return decodeBatchWith(heartbeatCodec, json);
}

/**
 * The reverse of {@link decodeHeartbeat}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeHeartbeat(heartbeat: Heartbeat): JsonObject {
  return heartbeatCodec.encode(heartbeat, '$');
}

/** The control plane's answer to a heartbeat (specification: wire, "Heartbeat"). */
export interface HeartbeatAnswer {
  /** The agent should send every event after this `seq` again. `null` asks for none, 0 for all. */
  readonly replayFrom: number | null;
  readonly bootstrapRollouts: readonly HostRolloutSnapshot[];
}

/** The header with which an answer to a heartbeat asks for every event after a `seq` again (specification: wire). */
export const REPLAY_FROM_HEADER = 'X-Nixfleet-Replay-From';

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** Decodes the header's value, which is `null` or `undefined` if there is none. Ignores blanks around it. */
export function decodeReplayFrom(header: unknown): WireResult<number | null> {
  if (header === null || header === undefined) return { ok: true, value: null };
  const digits = typeof header === 'string' ? header.trim() : '';
  const seq = DECIMAL.test(digits) ? Number(digits) : NaN;
  if (Number.isSafeInteger(seq)) return { ok: true, value: seq };
  const problem = problemAt(REPLAY_FROM_HEADER, 'an integer from 0 to 2^53-1', describeValue(header));
  return { ok: false, problems: [problem] };
}

/**
 * The header's value; `null` to leave the header out.
 *
 * @throws RangeError if `replayFrom` is not an integer from 0 to 2^53-1
 */
export function encodeReplayFrom(replayFrom: number | null): string | null {
  if (replayFrom === null) return null;
  if (Number.isSafeInteger(replayFrom) && replayFrom >= 0) return replayFrom.toFixed(0);
  throw new RangeError(`${REPLAY_FROM_HEADER}: expected an integer from 0 to 2^53-1, got ${replayFrom}.`);
}

/** The answer to a heartbeat, in the parts of an HTTP response. */
export interface HeartbeatAnswerParts {
  /** The value of the header {@link REPLAY_FROM_HEADER}; `null` if there is none. */
  readonly replayFromHeader: string | null;
  readonly body: JsonObject;
}

const bodyCodec = object<Pick<HeartbeatAnswer, 'bootstrapRollouts'>>({ bootstrapRollouts: batchOf(snapshotCodec) });

/**
 * Decodes the answer to a heartbeat from its body and the value of its header {@link REPLAY_FROM_HEADER}
 * (specification: wire, "Heartbeat"). Never throws. Unreadable snapshots are skipped; the others are kept.
 */
export function decodeHeartbeatAnswer(body: unknown, replayFromHeader: unknown): WireBatchResult<HeartbeatAnswer> {
  const replayFrom = decodeReplayFrom(replayFromHeader);
  const read = decodeBatchWith(bodyCodec, body);
  if (replayFrom.ok && read.ok) {
    const { bootstrapRollouts } = read.value;
    return { ok: true, value: { replayFrom: replayFrom.value, bootstrapRollouts }, skipped: read.skipped };
  }
  return { ok: false, problems: [replayFrom, read].flatMap((part) => (part.ok ? [] : part.problems)) };
}

/**
 * The reverse of {@link decodeHeartbeatAnswer}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeHeartbeatAnswer(answer: HeartbeatAnswer): HeartbeatAnswerParts {
  return { replayFromHeader: encodeReplayFrom(answer.replayFrom), body: bodyCodec.encode(answer, '$') };
}
