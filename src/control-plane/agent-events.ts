import type { Envelope } from '../wire/index.ts';
import { toHostEvent } from '../machine/index.ts';
import type { EventAnswer } from './control-plane-replies.ts';
import { applyHostEvent } from './host-events.ts';
import type { OutboundEvent } from '../machine/events.ts';
import type { AppendUnappliedEvent } from './control-plane-effects.ts';
import { hasArrived, withArrival } from './event-numbers.ts';
import { putSlot } from './host-slots.ts';
import { log, rolloutAt, slotAt, type Turn } from './turn.ts';

const ACCEPTED: EventAnswer = Object.freeze({ status: 204, outcome: 'accepted', refusal: null });
const DUPLICATE: EventAnswer = Object.freeze({ status: 204, outcome: 'duplicate', refusal: null });
const LATE: EventAnswer = Object.freeze({ status: 204, outcome: 'late', refusal: null });
const UNKNOWN: EventAnswer = Object.freeze({ status: 204, outcome: 'unknown', refusal: null });

const REASONS = { SeqRegression: 'late', IllegalForState: 'illegal', Invariant: 'conflict' } as const;

/** Takes what an agent posted (specification: control-plane, "Agent events"). */
export function receiveEvent(turn: Turn, { hostname, rolloutId, event }: Envelope): EventAnswer {
  const index = turn.state.rolloutIndex.get(rolloutId);
  const position = index === undefined ? undefined : rolloutAt(turn, index).plan.positionOf.get(hostname);
  if (index === undefined || position === undefined) {
    log(turn, 'warn', `${hostname} sent ${event.type} of ${rolloutId}, where it is not known; the event was dropped.`, {
      host: hostname,
      rolloutId,
      seq: event.seq,
    });
    return UNKNOWN;
  }
  const { record, numbers } = slotAt(rolloutAt(turn, index), position);
  const isKnown = hasArrived(numbers, record.lastEventSeq, event.seq);
  if (isKnown && event.seq <= record.lastEventSeq) return DUPLICATE;
  const refusal = applyHostEvent(turn, index, position, toHostEvent(event), 'agent');
  if (refusal === null) return ACCEPTED;
  if (!isKnown) appendUnapplied(turn, index, position, event, REASONS[refusal.kind]);
  if (refusal.kind === 'SeqRegression') return LATE;
  log(turn, 'warn', refusal.message, { host: hostname, rolloutId, seq: event.seq });
  return refusal.kind === 'Invariant'
    ? { status: 409, outcome: 'conflict', refusal }
    : { status: 204, outcome: 'illegal', refusal };
}

function appendUnapplied(
  turn: Turn,
  index: number,
  position: number,
  payload: OutboundEvent,
  because: AppendUnappliedEvent['because'],
): void {
  const slot = slotAt(rolloutAt(turn, index), position);
  const { rolloutId, hostname: host, lastEventSeq } = slot.record;
  turn.effects.push({ type: 'AppendUnappliedEvent', rolloutId, host, payload, because, at: turn.now });
  putSlot(turn, index, position, { ...slot, numbers: withArrival(slot.numbers, lastEventSeq, payload.seq) });
}
