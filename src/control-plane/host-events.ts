import type { RemoteEvent } from '../machine/events.ts';
import type { HostEffect } from '../machine/effects.ts';
import type { HostRolloutState, HostState } from '../machine/record.ts';
import type { Refusal } from '../machine/refusals.ts';
import type { HostSlot } from './control-plane-state.ts';
import { failuresAfter } from './enforce-failures.ts';
import { putSlot } from './host-slots.ts';
import { insertQuarantine } from './quarantine.ts';
import { feedRollout } from './rollout-events.ts';
import { log, rolloutAt, slotAt, type Turn } from './turn.ts';

/**
 * Puts an event through the host machine and everything that follows from it through the rollout machine. A refused
 * event changes nothing; the refusal is returned.
 */
export function applyHostEvent(
  turn: Turn,
  index: number,
  position: number,
  event: RemoteEvent,
  origin: 'agent' | 'heartbeat',
): Refusal | null {
  const rollout = rolloutAt(turn, index);
  const slot = slotAt(rollout, position);
  const before = slot.record;
  const result = turn.parts.step(before, event, turn.now, rollout.plan.manifest.policy);
  if (!result.ok) return result.error;
  const after = result.state;
  if (origin === 'heartbeat') noteSynthesis(turn, before, event);
  putSlot(turn, index, position, {
    record: after,
    // No event that is accepted leaves a host Pending, and only one that is has a dispatch to answer.
    isOutstanding: false,
    failures: failuresAfter(slot.failures, event),
    synthesizedSeq: origin === 'heartbeat' ? event.seq : slot.synthesizedSeq,
    heldForGood: slot.heldForGood,
  });
  for (const effect of result.effects) performHostEffect(turn, after, effect);
  if (after.state !== before.state) hostStateChanged(turn, index, after, before.state);
  return null;
}

/** Puts a record in place that the agent's snapshot told of. */
export function applyTakenRecord(turn: Turn, index: number, position: number, taken: HostRolloutState): void {
  const slot = slotAt(rolloutAt(turn, index), position);
  const from = slot.record.state;
  const { rolloutId, hostname, channel, targetClosure, state } = taken;
  const at = turn.now;
  turn.effects.push({ type: 'TakeOverRecord', rolloutId, host: hostname, record: taken, at });
  if (slot.isOutstanding) {
    turn.effects.push({ type: 'WithdrawDispatch', rolloutId, host: hostname, because: 'taken-over', at });
  }
  const replacement: HostSlot = { ...slot, record: taken, isOutstanding: false };
  putSlot(turn, index, position, replacement);
  if (state === 'Reverted') {
    turn.effects.push({ type: 'RemoteInsertQuarantine', channel, closure: targetClosure });
    insertQuarantine(turn, channel, targetClosure);
  }
  turn.effects.push({ type: 'RecordTransition', host: hostname, rolloutId, from, to: state, at });
  hostStateChanged(turn, index, taken, from);
}

function performHostEffect(turn: Turn, record: HostRolloutState, effect: HostEffect): void {
  switch (effect.type) {
    case 'RemoteAppendEventLog':
    case 'RecordTransition':
      turn.effects.push(effect);
      return;
    case 'RemoteInsertQuarantine':
      turn.effects.push(effect);
      insertQuarantine(turn, effect.channel, effect.closure);
      return;
    case 'LocalFireSwitch':
    case 'LocalFireRollbackTo':
    case 'LocalResetProbeCache':
    case 'LocalEmitEvent':
      log(turn, 'error', `The control plane met ${effect.type}, which only an agent performs; it was not performed.`, {
        rolloutId: record.rolloutId,
        host: record.hostname,
      });
  }
}

function hostStateChanged(turn: Turn, index: number, record: HostRolloutState, from: HostState): void {
  turn.hostChanged = true;
  const { rolloutId, hostname, state } = record;
  const at = turn.now;
  feedRollout(turn, index, { type: 'HostStateChanged', rolloutId, hostId: hostname, from, to: state, at });
  if (state !== 'Converged') return;
  const { converged, hosts } = rolloutAt(turn, index);
  if (converged === hosts.length) feedRollout(turn, index, { type: 'RolloutTerminal', rolloutId, at });
}

function noteSynthesis(turn: Turn, record: HostRolloutState, event: RemoteEvent): void {
  const { rolloutId, hostname } = record;
  turn.effects.push({
    type: 'SynthesizeEvent',
    rolloutId,
    host: hostname,
    event: event.type,
    seq: event.seq,
    at: turn.now,
  });
}
