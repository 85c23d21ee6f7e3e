import { step, type HostRolloutState, type RolloutPolicy, type Time } from '../machine/index.ts';
import { eventOf, type Numbering, type SideMove } from './moves.ts';
import type { PathStep } from './test-path.ts';

/** Every event of a path has a different time, so that mixed-up fields show. */
const STEP_MS = 1_007;
/** Events are processed later than they happen, so that a `now` in a record shows. */
const PROCESSING_MS = 17;

const NUMBERED: Readonly<Record<Numbering, string | null>> = {
  next: null,
  gap: 'a gap before its seq',
  repeated: 'the last seq again',
  older: 'an older seq',
};

const noteOf = ({ move, numbering }: SideMove): string | null => {
  const notes = [move.name, NUMBERED[numbering]];
  return notes.filter((note) => note !== null).join('; ') || null;
};

/** The latest time in a record, so that further events happen after it. */
const latest = (record: HostRolloutState): Time =>
  Math.max(
    record.dispatchedAt,
    record.dispatchAckedAt ?? -Infinity,
    record.activationStartedAt ?? -Infinity,
    record.activationCompletedAt ?? -Infinity,
    record.failedAt ?? -Infinity,
  );

/** Turns moves into a path: concrete events for each record, and their expected results. */
export function replay(
  start: HostRolloutState,
  policy: RolloutPolicy,
  moves: readonly SideMove[],
): readonly PathStep[] {
  const from = latest(start);
  let record = start;
  return moves.map((each, index) => {
    const at = from + (index + 1) * STEP_MS;
    const event = eventOf(each, { record, policy, at });
    const now = at + PROCESSING_MS;
    const expected = step(record, event, now, policy);
    if (expected.ok) record = expected.state;
    return { event, now, note: noteOf(each), expected };
  });
}
