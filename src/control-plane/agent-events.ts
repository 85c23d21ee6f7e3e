import type { Envelope } from '../wire/index.ts';
import { toHostEvent } from '../machine/index.ts';
import type { EventAnswer } from './control-plane-replies.ts';
import { applyHostEvent } from './host-events.ts';
import { log, rolloutAt, type Turn } from './turn.ts';

const ACCEPTED: EventAnswer = Object.freeze({ status: 204, outcome: 'accepted', refusal: null });
const DUPLICATE: EventAnswer = Object.freeze({ status: 204, outcome: 'duplicate', refusal: null });
const UNKNOWN: EventAnswer = Object.freeze({ status: 204, outcome: 'unknown', refusal: null });

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
  const refusal = applyHostEvent(turn, index, position, toHostEvent(event), 'agent');
  if (refusal === null) return ACCEPTED;
  if (refusal.kind === 'SeqRegression') return DUPLICATE;
  log(turn, 'warn', refusal.message, { host: hostname, rolloutId, seq: event.seq });
  return refusal.kind === 'Invariant'
    ? { status: 409, outcome: 'conflict', refusal }
    : { status: 204, outcome: 'illegal', refusal };
}
