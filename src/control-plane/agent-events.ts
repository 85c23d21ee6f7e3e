import type { Envelope } from '../wire/envelope.ts';
import { toHostEvent } from '../wire/to-host-event.ts';
import type { EventAnswer } from './control-plane-replies.ts';
import type { Rollout } from './control-plane-state.ts';
import { applyHostEvent } from './host-events.ts';
import { log, rolloutAt, slotAt, type Turn } from './turn.ts';
import { valueAt } from './vector.ts';

const ACCEPTED: EventAnswer = Object.freeze({ status: 204, outcome: 'accepted', refusal: null });
const DUPLICATE: EventAnswer = Object.freeze({ status: 204, outcome: 'duplicate', refusal: null });
const UNKNOWN: EventAnswer = Object.freeze({ status: 204, outcome: 'unknown', refusal: null });

/** Takes what an agent posted (specification: control-plane, "Agent events"). */
export function receiveEvent(turn: Turn, { hostname, rolloutId, event }: Envelope): EventAnswer {
  const index = turn.state.rolloutIndex.get(rolloutId);
  const position = index === undefined ? undefined : positionIn(rolloutAt(turn, index), hostname);
  if (index === undefined || position === undefined) {
    log(turn, 'warn', `${hostname} sent ${event.type} of ${rolloutId}, where it is not known; the event was dropped.`, {
      host: hostname,
      rolloutId,
      seq: event.seq,
    });
    return UNKNOWN;
  }
  if (event.seq <= slotAt(rolloutAt(turn, index), position).record.lastEventSeq) return DUPLICATE;
  const refusal = applyHostEvent(turn, index, position, toHostEvent(event), 'agent');
  if (refusal === null) return ACCEPTED;
  if (refusal.kind === 'SeqRegression') return DUPLICATE;
  log(turn, 'warn', refusal.message, { host: hostname, rolloutId, seq: event.seq });
  return refusal.kind === 'Invariant'
    ? { status: 409, outcome: 'conflict', refusal }
    : { status: 204, outcome: 'illegal', refusal };
}

/** `undefined` if the host is not, or no longer, part of the rollout. */
function positionIn(rollout: Rollout, hostname: string): number | undefined {
  const position = rollout.plan.positionOf.get(hostname);
  return position === undefined || valueAt(rollout.hosts, position) === undefined ? undefined : position;
}
