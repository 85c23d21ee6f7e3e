import type { AgentRollout } from './agent-state.ts';
import type { Turn } from './turn.ts';

/** How many numbers one writing of the header allows: a crash wastes as many at most, and they cost nothing. */
const RESERVED_NUMBERS = 64;

/**
 * Sees to it that the header on disk covers `seq` before anybody can see an event of that number (specification: agent,
 * rule 11). The record in it is the one from before that event, which a crash may still prevent.
 *
 * @returns up to which number none needs to be reserved again
 */
export function reserveSeq(turn: Turn, rollout: AgentRollout, seq: number): number {
  if (seq <= rollout.reservedTo) return rollout.reservedTo;
  const reservedTo = Math.min(seq + RESERVED_NUMBERS - 1, Number.MAX_SAFE_INTEGER);
  writeHeader(turn, { ...rollout, reservedTo });
  return reservedTo;
}

/** Puts the rollout as it is now on disk; what the outbox holds beyond the header's record is applied at boot. */
export function writeHeader(turn: Turn, rollout: AgentRollout): void {
  const { rolloutId, manifest, record } = rollout;
  if (manifest === null || record === null) return;
  const numberedTo = Math.max(rollout.reservedTo, rollout.numberedTo);
  turn.effects.push({ type: 'WriteOutboxHeader', header: { rolloutId, manifest, record, numberedTo } });
}
