import { describeValue } from '../text/index.ts';
import { problemAt } from './problem-report.ts';
import type { WireResult } from './wire-result.ts';

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
