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
  /** The agent's own records, those at an end included; empty from an older agent, which sends none. */
  readonly rollouts: readonly HostRolloutSnapshot[];
  /** The ids of the rollouts whose events are still in the agent's outbox; empty from an older agent. */
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
 * Reads the body of `POST /v1/agent/heartbeat` (specification: wire, "Heartbeat"). Never throws.
 *
 * Unreadable entries of `rollouts` and `undelivered` are skipped, so that they do not cost the host its sign of life.
 * A missing entry therefore means something only if nothing was skipped.
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

/** What the control plane answers to a heartbeat (specification: wire, "Heartbeat"). */
export interface HeartbeatAnswer {
  /** The agent sends again every event after this `seq`; `null` asks for nothing. 0 asks for all. */
  readonly replayFrom: number | null;
  readonly bootstrapRollouts: readonly HostRolloutSnapshot[];
}

/** The header of a heartbeat's answer that asks for every event after a `seq` again (specification: wire). */
export const REPLAY_FROM_HEADER = 'X-Nixfleet-Replay-From';

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** Reads the header's value: `null`, or `undefined`, where there is no such header. Blanks around it are ignored. */
export function decodeReplayFrom(header: unknown): WireResult<number | null> {
  if (header === null || header === undefined) return { ok: true, value: null };
  const digits = typeof header === 'string' ? header.trim() : '';
  const seq = DECIMAL.test(digits) ? Number(digits) : NaN;
  if (Number.isSafeInteger(seq)) return { ok: true, value: seq };
  const problem = problemAt(REPLAY_FROM_HEADER, 'an integer from 0 to 2^53-1', describeValue(header));
  return { ok: false, problems: [problem] };
}

/**
 * The header's value; `null` where the header is to be left out.
 *
 * @throws RangeError if `replayFrom` is not an integer from 0 to 2^53-1.
 */
export function encodeReplayFrom(replayFrom: number | null): string | null {
  if (replayFrom === null) return null;
  if (Number.isSafeInteger(replayFrom) && replayFrom >= 0) return replayFrom.toFixed(0);
  throw new RangeError(`${REPLAY_FROM_HEADER}: expected an integer from 0 to 2^53-1, got ${replayFrom}.`);
}

/** A heartbeat's answer as HTTP carries it. */
export interface HeartbeatAnswerParts {
  /** The value of the header {@link REPLAY_FROM_HEADER}; `null` where there is none. */
  readonly replayFromHeader: string | null;
  readonly body: JsonObject;
}

const bodyCodec = object<Pick<HeartbeatAnswer, 'bootstrapRollouts'>>({ bootstrapRollouts: batchOf(snapshotCodec) });

/**
 * Reads the answer to a heartbeat from its body and the value of its header {@link REPLAY_FROM_HEADER}
 * (specification: wire, "Heartbeat"). Never throws. Unreadable snapshots are skipped, and the others kept.
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
