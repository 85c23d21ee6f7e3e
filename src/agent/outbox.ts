import { EMPTY_LIST } from '../text/index.ts';
import type { LocalEmitEvent, OutboundEvent } from '../machine/index.ts';
import type { AgentInputOf } from './inputs.ts';
import type { RetryDelay, CompactedBacklog } from './rules.ts';
import type { RetrySettings } from './settings.ts';
import type { AgentRollout, UndeliveredEvent } from './state.ts';
import { editAgentRollout, emitLog, findRollout, rolloutDraft, storeRollout, type OpenTurn } from './turn.ts';

/** How many numbers one write of the header reserves. A crash wastes at most this many, and they cost nothing. */
const RESERVED_NUMBERS = 64;
const AT_ONCE: RetryDelay = Object.freeze({ afterMs: 0, jitterMs: 0 });

/** Adds an event to the outbox, and sends it if no request is in flight (rule 4). */
export function emit(turn: OpenTurn, effect: LocalEmitEvent): void {
  const rollout = findRollout(turn.agent, effect.rolloutId);
  if (rollout === null)
    throw new Error(`The host machine emitted an event of the unknown rollout ${effect.rolloutId}.`);
  turn.effects.push(effect);
  const isFirst = rollout.undelivered.length === 0;
  const stored = editAgentRollout(turn, rollout);
  stored.undelivered = bounded(turn, rollout, { event: effect.payload, durable: effect.durable });
  if (isFirst) sendFirst(turn, stored);
}

/** The backlog with `added` at its end, compacted if it exceeds its limit. */
function bounded(turn: OpenTurn, rollout: AgentRollout, added: UndeliveredEvent): readonly UndeliveredEvent[] {
  const backlog = [...rollout.undelivered, added];
  const { maxUndeliveredEvents } = turn.agent.settings;
  if (backlog.length <= maxUndeliveredEvents) return backlog;
  const { kept, droppedSeqs } = turn.rules.compactBacklog(backlog, maxUndeliveredEvents, rollout.inFlight);
  if (droppedSeqs.length === 0) return backlog;
  const { rolloutId } = rollout;
  for (const seq of droppedSeqs) turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq });
  emitLog(turn, 'warn', 'outbox-full', 'The outbox is full: superseded probe results are not sent.', {
    rolloutId,
    dropped: droppedSeqs.length,
    undelivered: kept.length,
  });
  return kept;
}

/**
 * Sends the oldest undelivered events of a rollout in one request, as many as the control plane accepts. One request at
 * a time keeps them in order (rule 4).
 */
export function sendFirst(turn: OpenTurn, rollout: AgentRollout): void {
  const { rolloutId, undelivered, failedAttempts, isHastened } = rollout;
  if (undelivered.length === 0) return;
  const { retry } = turn.agent.settings;
  const { afterMs, jitterMs } = isHastened ? AT_ONCE : turn.rules.retryDelay(retry, failedAttempts);
  const inFlight = Math.min(undelivered.length, turn.rules.batchSize(turn.agent.batchLimit, failedAttempts));
  editAgentRollout(turn, rollout).inFlight = inFlight;
  const events = undelivered.slice(0, inFlight).map(({ event }) => event);
  turn.effects.push({ type: 'SendEvents', rolloutId, events, afterMs, jitterMs });
}

/**
 * Halves the number of events after each failed attempt: a proxy may refuse a large request, and every peer accepts a
 * single event.
 */
export function batchSize(batchLimit: number, failedAttempts: number): number {
  return Math.max(1, Math.floor(batchLimit / 2 ** failedAttempts));
}

/**
 * How long to wait before retrying, after `failedAttempts` attempts without an answer (rule 4). The ranges of
 * successive waits touch without overlapping, so jitter never makes a wait shorter than the previous one. At the cap,
 * all ranges are the same.
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

/** Handles the end of a request: sends the next events, or the same ones again later (rule 4). */
export function handleDeliveryReport(turn: OpenTurn, report: AgentInputOf<'EventsDelivered'>): void {
  const rollout = findRollout(turn.agent, report.rolloutId);
  if (rollout === null) return;
  const settled = turn.rules.settleDelivery(rollout, report);
  if (settled === rollout) return;
  storeRollout(turn, settled);
  const { rolloutId } = report;
  // `settled.undelivered` keeps the order.
  let kept = 0;
  for (const undelivered of rollout.undelivered) {
    if (settled.undelivered[kept] === undelivered) {
      kept += 1;
      continue;
    }
    const { seq, type } = undelivered.event;
    turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq });
    if (!report.events.some((sent) => sent.seq === seq && sent.outcome === 'refused')) continue;
    const message = 'The control plane refused an event; it is not sent again. Compare both records of the host.';
    emitLog(turn, 'error', 'refused-by-control-plane', message, { rolloutId, seq, event: type });
  }
  sendFirst(turn, settled);
}

/**
 * The rollout after a delivery report (rule 4): accepted and refused events leave the outbox, and unanswered ones stay.
 * A report about events that are not in flight is left over from an earlier attempt; it changes nothing, and the same
 * object is returned.
 */
export function settleDelivery(rollout: AgentRollout, report: AgentInputOf<'EventsDelivered'>): AgentRollout {
  const first = rollout.undelivered[0];
  if (first === undefined || report.events[0]?.seq !== first.event.seq) return rollout;
  const settled = rolloutDraft(rollout);
  const left = rollout.undelivered.filter(({ event }) => !isAnswered(report, event.seq));
  settled.failedAttempts = left[0] === first ? rollout.failedAttempts + 1 : 0;
  settled.undelivered = left.length === 0 ? EMPTY_LIST : left;
  settled.inFlight = 0;
  settled.isHastened = false;
  return settled;
}

function isAnswered({ events }: AgentInputOf<'EventsDelivered'>, seq: number): boolean {
  return events.some((sent) => sent.seq === seq && sent.outcome !== 'not-delivered');
}

/**
 * Makes sure that the header on disk covers `seq` before an event with that number becomes visible (rule 11). The
 * header has the record from before the event, because a crash may still prevent the event.
 *
 * @returns the highest reserved number
 */
export function reserveSeq(turn: OpenTurn, rollout: AgentRollout, seq: number): number {
  if (seq <= rollout.reservedTo) return rollout.reservedTo;
  const reservedTo = Math.min(seq + RESERVED_NUMBERS - 1, Number.MAX_SAFE_INTEGER);
  writeHeader(turn, { ...rollout, reservedTo });
  return reservedTo;
}

/** Writes the rollout's current record to disk. At boot, the outbox's later events are applied to it. */
export function writeHeader(turn: OpenTurn, rollout: AgentRollout): void {
  const { rolloutId, manifest, record, bootId, activation } = rollout;
  if (manifest === null || record === null) throw new Error(`The rollout ${rolloutId} has no record to write yet.`);
  const numberedTo = Math.max(rollout.reservedTo, rollout.numberedTo);
  const header = { rolloutId, manifest, record, numberedTo, bootId, activation };
  turn.effects.push({ type: 'WriteOutboxHeader', header });
}

/**
 * Shrinks a backlog that exceeds its limit to half the limit, if the control plane still ends up with the same record.
 * Drops the oldest superseded events first.
 *
 * Superseded events are probe results that a later result of the same probe overwrites (except the last pass, whose
 * time matters), and repeated first-seen events. Never drops a durable event, or any of the first `inFlight` events. So
 * a long outage loses nothing but the history of probes.
 */
export function compactBacklog(
  backlog: readonly UndeliveredEvent[],
  maxEvents: number,
  inFlight: number,
): CompactedBacklog {
  const dispensable = findDispensable(backlog);
  for (const undelivered of backlog.slice(0, inFlight)) dispensable.delete(undelivered);
  let excess = backlog.length - Math.floor(maxEvents / 2);
  const kept: UndeliveredEvent[] = [];
  const droppedSeqs: number[] = [];
  for (const undelivered of backlog) {
    if (excess > 0 && dispensable.has(undelivered)) {
      excess -= 1;
      droppedSeqs.push(undelivered.event.seq);
    } else {
      kept.push(undelivered);
    }
  }
  return { kept, droppedSeqs };
}

function findDispensable(backlog: readonly UndeliveredEvent[]): Set<UndeliveredEvent> {
  const dispensable = new Set<UndeliveredEvent>();
  const overwritten = new Set<string>();
  const passedLater = new Set<string>();
  for (const undelivered of backlog.toReversed()) {
    const { event } = undelivered;
    if (event.type !== 'ProbeResult') continue;
    const isLastPass = event.status === 'pass' && !passedLater.has(event.probeName);
    if (overwritten.has(event.probeName) && !isLastPass) dispensable.add(undelivered);
    overwritten.add(event.probeName);
    if (event.status === 'pass') passedLater.add(event.probeName);
  }
  const firstSeen = new Set<OutboundEvent['type']>();
  for (const undelivered of backlog) {
    const { type } = undelivered.event;
    if (type !== 'ProbeObservedFirst' && type !== 'ProbeFailureFirst') continue;
    if (firstSeen.has(type)) dispensable.add(undelivered);
    firstSeen.add(type);
  }
  for (const undelivered of backlog) if (undelivered.durable) dispensable.delete(undelivered);
  return dispensable;
}
