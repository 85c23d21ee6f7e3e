import {
  toHostEvent,
  type HostEffect,
  type HostRolloutState,
  type HostState,
  type OutboundEvent,
  type Refusal,
  type RemoteAppendEventLog,
  type RemoteEvent,
} from '../machine/index.ts';
import type { Envelope } from '../wire/index.ts';
import type { AppendUnappliedEvent, TakeOverRecord } from './effects.ts';
import { advanced, hasArrived, withArrival } from './event-numbers.ts';
import { insertQuarantine } from './gating.ts';
import { failuresAfter, putSlot } from './host-slots.ts';
import type { EventAnswer } from './inputs.ts';
import { feedRollout } from './rollout-events.ts';
import { emitControlPlaneLog, rolloutAt, slotAt, type Transaction } from './transaction.ts';

const ACCEPTED: EventAnswer = Object.freeze({ status: 204, outcome: 'accepted', refusal: null });
const DUPLICATE: EventAnswer = Object.freeze({ status: 204, outcome: 'duplicate', refusal: null });
const LATE: EventAnswer = Object.freeze({ status: 204, outcome: 'late', refusal: null });
const UNKNOWN: EventAnswer = Object.freeze({ status: 204, outcome: 'unknown', refusal: null });

const REASONS = { SeqRegression: 'late', IllegalForState: 'illegal', Invariant: 'conflict' } as const;

/** Handles an event that an agent posted (specification: control-plane, "Agent events"). */
export function receiveEvent(tx: Transaction, { hostname, rolloutId, event }: Envelope): EventAnswer {
  const index = tx.state.rolloutIndex.get(rolloutId);
  const position = index === undefined ? undefined : rolloutAt(tx, index).plan.positionOf.get(hostname);
  if (index === undefined || position === undefined) {
    emitControlPlaneLog(
      tx,
      'warn',
      'unknown-event',
      `${hostname} sent ${event.type} of ${rolloutId}, which does not have this host; the event was dropped.`,
      {
        host: hostname,
        rolloutId,
        seq: event.seq,
      },
    );
    return UNKNOWN;
  }
  const { record, numbers } = slotAt(rolloutAt(tx, index), position);
  // If it was refused the first time, the log already has it, and applying it now would log it twice.
  if (hasArrived(numbers, record.lastEventSeq, event.seq)) return DUPLICATE;
  const refusal = applyHostEvent(tx, index, position, toHostEvent(event), 'agent');
  if (refusal === null) return ACCEPTED;
  appendUnapplied(tx, index, position, event, REASONS[refusal.kind]);
  if (refusal.kind === 'SeqRegression') return LATE;
  emitControlPlaneLog(tx, 'warn', 'event-refused', refusal.message, { host: hostname, rolloutId, seq: event.seq });
  return refusal.kind === 'Invariant'
    ? { status: 409, outcome: 'conflict', refusal }
    : { status: 204, outcome: 'illegal', refusal };
}

function appendUnapplied(
  tx: Transaction,
  index: number,
  position: number,
  payload: OutboundEvent,
  because: AppendUnappliedEvent['because'],
): void {
  const slot = slotAt(rolloutAt(tx, index), position);
  const { rolloutId, hostname: host, lastEventSeq } = slot.record;
  tx.effects.push({ type: 'AppendUnappliedEvent', rolloutId, host, payload, because, at: tx.now });
  putSlot(tx, index, position, { ...slot, numbers: withArrival(slot.numbers, lastEventSeq, payload.seq) });
}

/** The origin of an event: an agent reported it, or it was synthesized from a heartbeat. */
type EventOrigin = 'agent' | 'heartbeat';

/**
 * Applies an event with the host machine, and feeds the consequences to the rollout machine. Returns the refusal of a
 * refused event, which changes nothing.
 */
export function applyHostEvent(
  tx: Transaction,
  index: number,
  position: number,
  event: RemoteEvent,
  origin: EventOrigin,
): Refusal | null {
  const rollout = rolloutAt(tx, index);
  const slot = slotAt(rollout, position);
  const before = slot.record;
  const result = tx.rules.step(before, event, tx.now, rollout.plan.manifest.policy);
  if (!result.ok) return result.error;
  const after = result.state;
  putSlot(tx, index, position, {
    record: after,
    // Only a Pending host has a dispatch to acknowledge, and every event that it accepts ends Pending.
    dispatch: 'none',
    failures: failuresAfter(slot.failures, event),
    synthesizedSeq: origin === 'heartbeat' ? event.seq : slot.synthesizedSeq,
    heldForGood: slot.heldForGood,
    numbers: advanced(slot.numbers, before.lastEventSeq, after.lastEventSeq, origin === 'agent'),
    wasBehind: slot.wasBehind,
  });
  for (const effect of result.effects) performHostEffect(tx, after, effect, event, origin);
  if (after.state !== before.state) hostStateChanged(tx, index, after, before.state);
  return null;
}

/** Replaces a record with one taken over from the agent. */
export function applyTakenRecord(
  tx: Transaction,
  index: number,
  position: number,
  taken: HostRolloutState,
  because: TakeOverRecord['because'],
): void {
  const slot = slotAt(rolloutAt(tx, index), position);
  const { state: from, lastEventSeq } = slot.record;
  const { rolloutId, hostname, channel, targetClosure, state } = taken;
  const at = tx.now;
  tx.effects.push({ type: 'TakeOverRecord', rolloutId, host: hostname, record: taken, because, at });
  if (slot.dispatch === 'outstanding') {
    tx.effects.push({ type: 'WithdrawDispatch', rolloutId, host: hostname, because: 'taken-over', at });
  }
  putSlot(tx, index, position, {
    record: taken,
    dispatch: 'none',
    failures: state === 'Converged' ? null : slot.failures,
    synthesizedSeq: 0,
    heldForGood: slot.heldForGood,
    numbers: advanced(slot.numbers, lastEventSeq, taken.lastEventSeq, false),
    wasBehind: false,
  });
  if (state === from) return;
  if (state === 'Reverted') {
    tx.effects.push({ type: 'RemoteInsertQuarantine', channel, closure: targetClosure });
    insertQuarantine(tx, channel, targetClosure);
  }
  tx.effects.push({ type: 'RecordTransition', host: hostname, rolloutId, from, to: state, at });
  hostStateChanged(tx, index, taken, from);
}

function performHostEffect(
  tx: Transaction,
  record: HostRolloutState,
  effect: HostEffect,
  event: RemoteEvent,
  origin: EventOrigin,
): void {
  switch (effect.type) {
    case 'RemoteAppendEventLog':
      if (origin === 'agent') tx.effects.push(effect);
      else noteSynthesis(tx, effect, event);
      return;
    case 'RecordTransition':
      tx.effects.push(effect);
      return;
    case 'RemoteInsertQuarantine':
      tx.effects.push(effect);
      insertQuarantine(tx, effect.channel, effect.closure);
      return;
    case 'LocalFireSwitch':
    case 'LocalFireRollbackTo':
    case 'LocalResetProbeCache':
    case 'LocalEmitEvent':
      emitControlPlaneLog(
        tx,
        'error',
        'foreign-effect',
        `The host machine returned ${effect.type}, which only an agent performs; it was not performed. This is a bug.`,
        {
          rolloutId: record.rolloutId,
          host: record.hostname,
        },
      );
  }
}

function hostStateChanged(tx: Transaction, index: number, record: HostRolloutState, from: HostState): void {
  tx.hostChanged = true;
  const { rolloutId, hostname, state } = record;
  const at = tx.now;
  feedRollout(tx, index, { type: 'HostStateChanged', rolloutId, hostId: hostname, from, to: state, at });
  if (state !== 'Converged') return;
  const { converged, hosts } = rolloutAt(tx, index);
  if (converged === hosts.length) feedRollout(tx, index, { type: 'RolloutTerminal', rolloutId, at });
}

function noteSynthesis(tx: Transaction, { host, rolloutId, payload }: RemoteAppendEventLog, event: RemoteEvent): void {
  tx.effects.push({ type: 'SynthesizeEvent', rolloutId, host, event: event.type, payload, at: tx.now });
}
