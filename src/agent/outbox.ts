import type { LocalEmitEvent } from '../machine/effects.ts';
import type { AgentInputOf } from './inputs.ts';
import type { RetryDelay } from './rules.ts';
import type { RetrySettings } from './settings.ts';
import { NOTHING, type AgentRollout, type UndeliveredEvent } from './state.ts';
import { editRollout, emitLog, findRollout, rolloutDraft, storeRollout, type OpenTurn } from './turn.ts';

/** How many numbers one write of the header allows: a crash wastes no more, and they cost nothing. */
const RESERVED_NUMBERS = 64;
const AT_ONCE: RetryDelay = Object.freeze({ afterMs: 0, jitterMs: 0 });

/** An event enters the outbox, and is sent if no other is in flight (rule 4). */
export function emit(turn: OpenTurn, effect: LocalEmitEvent): void {
  const rollout = findRollout(turn.agent, effect.rolloutId);
  if (rollout === null)
    throw new Error(`The host machine emitted an event of ${effect.rolloutId}, which is not known.`);
  turn.effects.push(effect);
  const isFirst = rollout.undelivered.length === 0;
  const stored = editRollout(turn, rollout);
  stored.undelivered = bounded(turn, rollout, { event: effect.payload, durable: effect.durable });
  if (isFirst) sendFirst(turn, stored);
}

/** The backlog with `added` at its end, shortened where it is over its limit. */
function bounded(turn: OpenTurn, rollout: AgentRollout, added: UndeliveredEvent): readonly UndeliveredEvent[] {
  const backlog = [...rollout.undelivered, added];
  const { maxUndeliveredEvents } = turn.agent.settings;
  if (backlog.length <= maxUndeliveredEvents) return backlog;
  const { kept, droppedSeqs } = turn.rules.compactBacklog(backlog, maxUndeliveredEvents);
  if (droppedSeqs.length === 0) return backlog;
  const { rolloutId } = rollout;
  for (const seq of droppedSeqs) turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq });
  emitLog(turn, 'warn', 'The outbox is full: probe results that later ones make up for are not sent.', {
    rolloutId,
    dropped: droppedSeqs.length,
    undelivered: kept.length,
  });
  return kept;
}

/** Sends the oldest undelivered event of a rollout: one at a time, so that they arrive in order (rule 4). */
export function sendFirst(turn: OpenTurn, rollout: AgentRollout): void {
  const first = rollout.undelivered[0];
  if (first === undefined) return;
  const { afterMs, jitterMs } = turn.rules.retryDelay(turn.agent.settings.retry, rollout.failedAttempts);
  turn.effects.push({ type: 'SendEvent', rolloutId: rollout.rolloutId, event: first.event, afterMs, jitterMs });
}

/**
 * How long to wait before an event is sent again that got no answer `failedAttempts` times (rule 4). The ranges of
 * successive waits touch and do not overlap, so that jitter never makes a wait shorter than the one before; at the cap
 * they are all the same.
 */
export function retryDelay(retry: RetrySettings, failedAttempts: number): RetryDelay {
  if (failedAttempts === 0) return AT_ONCE;
  const longestMs = longestWaitMs(retry, failedAttempts);
  const previousMs = longestWaitMs(retry, failedAttempts - 1);
  const afterMs = Math.max(Math.floor(longestMs / retry.factor), previousMs < longestMs ? previousMs : 0);
  return { afterMs, jitterMs: longestMs - afterMs };
}

function longestWaitMs(retry: RetrySettings, failedAttempts: number): number {
  return Math.floor(Math.min(retry.capMs, retry.firstMs * retry.factor ** (failedAttempts - 1)));
}

/** An event was answered, or not: the next one goes out, or the same one again, later (rule 4). */
export function takeDeliveryReport(turn: OpenTurn, report: AgentInputOf<'EventDelivered'>): void {
  const rollout = findRollout(turn.agent, report.rolloutId);
  if (rollout === null) return;
  const settled = turn.rules.settleDelivery(rollout, report);
  if (settled === rollout) return;
  storeRollout(turn, settled);
  const { rolloutId, seq } = report;
  if (settled.undelivered !== rollout.undelivered) turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq });
  if (report.outcome === 'refused') {
    emitLog(
      turn,
      'error',
      'The control plane refused an event, which is not sent again. Compare both records of the host.',
      { rolloutId, seq, event: rollout.undelivered[0]?.event.type ?? null },
    );
  }
  sendFirst(turn, settled);
}

/**
 * What the answer to one event makes of its rollout's outbox (rule 4): answered events leave it, refused ones too, and
 * the others stay where they are. A report about anything but the event in flight is an echo of an earlier attempt and
 * changes nothing: the rollout itself is returned.
 */
export function settleDelivery(rollout: AgentRollout, report: AgentInputOf<'EventDelivered'>): AgentRollout {
  const inFlight = rollout.undelivered[0];
  if (inFlight === undefined || inFlight.event.seq !== report.seq) return rollout;
  const settled = rolloutDraft(rollout);
  if (report.outcome === 'not-delivered') {
    settled.failedAttempts += 1;
  } else {
    settled.failedAttempts = 0;
    settled.undelivered = withoutFirst(rollout.undelivered);
  }
  return settled;
}

function withoutFirst(events: readonly UndeliveredEvent[]): readonly UndeliveredEvent[] {
  return events.length === 1 ? NOTHING : events.slice(1);
}

/**
 * Makes sure that the header on disk covers `seq` before anybody can see an event of that number (rule 11). The record
 * in it is the one from before that event, which a crash may still prevent.
 *
 * @returns the number up to which none needs to be reserved again
 */
export function reserveSeq(turn: OpenTurn, rollout: AgentRollout, seq: number): number {
  if (seq <= rollout.reservedTo) return rollout.reservedTo;
  const reservedTo = Math.min(seq + RESERVED_NUMBERS - 1, Number.MAX_SAFE_INTEGER);
  writeHeader(turn, { ...rollout, reservedTo });
  return reservedTo;
}

/** Puts the rollout in its present state on disk; what the outbox holds beyond the header's record is applied at boot. */
export function writeHeader(turn: OpenTurn, rollout: AgentRollout): void {
  const { rolloutId, manifest, record } = rollout;
  if (manifest === null || record === null)
    throw new Error(`There is nothing to write of the rollout ${rolloutId} yet.`);
  const numberedTo = Math.max(rollout.reservedTo, rollout.numberedTo);
  turn.effects.push({ type: 'WriteOutboxHeader', header: { rolloutId, manifest, record, numberedTo } });
}
