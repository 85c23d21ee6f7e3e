import { decodeBatchWith } from './codec.ts';
import { batchOf, object } from './composites.ts';
import type { HeartbeatAnswer } from './heartbeat-answer.ts';
import type { JsonObject } from './json.ts';
import { decodeReplayFrom, encodeReplayFrom } from './replay-from.ts';
import { snapshotCodec } from './snapshot-codec.ts';
import type { WireBatchResult } from './wire-result.ts';

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
