import type { RemoteEvent } from '../machine/events.ts';
import type { HostEffect, RemoteAppendEventLog } from '../machine/effects.ts';
import type { HostRolloutState, HostState } from '../machine/record.ts';
import type { Refusal } from '../machine/refusals.ts';
import type { TakeOverRecord } from './control-plane-effects.ts';
import { advanced } from './event-numbers.ts';
import { failuresAfter } from './enforce-failures.ts';
import { putSlot } from './host-slots.ts';
import { insertQuarantine } from './quarantine.ts';
import { feedRollout } from './rollout-events.ts';
import { log, rolloutAt, slotAt, type Turn } from './turn.ts';

/** Who says that the event happened: the agent, or a heartbeat that stands for it. */
type EventOrigin = 'agent' | 'heartbeat';

/**
 * Puts an event through the host machine and everything that follows from it through the rollout machine. A refused
 * event changes nothing; the refusal is returned.
 */
export function applyHostEvent(
  turn: Turn,
  index: number,
  position: number,
  event: RemoteEvent,
  origin: EventOrigin,
): Refusal | null {
  const rollout = rolloutAt(turn, index);
  const slot = slotAt(rollout, position);
  const before = slot.record;
  const result = turn.parts.step(before, event, turn.now, rollout.plan.manifest.policy);
  if (!result.ok) return result.error;
  const after = result.state;
  putSlot(turn, index, position, {
    record: after,
    // No event that is accepted leaves a host Pending, and only one that is has a dispatch to answer.
    dispatch: 'none',
    failures: failuresAfter(slot.failures, event),
    synthesizedSeq: origin === 'heartbeat' ? event.seq : slot.synthesizedSeq,
    heldForGood: slot.heldForGood,
    numbers: advanced(slot.numbers, before.lastEventSeq, after.lastEventSeq, origin === 'agent'),
    wasBehind: slot.wasBehind,
  });
  for (const effect of result.effects) performHostEffect(turn, after, effect, event, origin);
  if (after.state !== before.state) hostStateChanged(turn, index, after, before.state);
  return null;
}

/** Puts the agent's record in the place of the one that is known. */
export function applyTakenRecord(
  turn: Turn,
  index: number,
  position: number,
  taken: HostRolloutState,
  because: TakeOverRecord['because'],
): void {
  const slot = slotAt(rolloutAt(turn, index), position);
  const { state: from, lastEventSeq } = slot.record;
  const { rolloutId, hostname, channel, targetClosure, state } = taken;
  const at = turn.now;
  turn.effects.push({ type: 'TakeOverRecord', rolloutId, host: hostname, record: taken, because, at });
  if (slot.dispatch === 'outstanding') {
    turn.effects.push({ type: 'WithdrawDispatch', rolloutId, host: hostname, because: 'taken-over', at });
  }
  putSlot(turn, index, position, {
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
    turn.effects.push({ type: 'RemoteInsertQuarantine', channel, closure: targetClosure });
    insertQuarantine(turn, channel, targetClosure);
  }
  turn.effects.push({ type: 'RecordTransition', host: hostname, rolloutId, from, to: state, at });
  hostStateChanged(turn, index, taken, from);
}

function performHostEffect(
  turn: Turn,
  record: HostRolloutState,
  effect: HostEffect,
  event: RemoteEvent,
  origin: EventOrigin,
): void {
  switch (effect.type) {
    case 'RemoteAppendEventLog':
      if (origin === 'agent') turn.effects.push(effect);
      else noteSynthesis(turn, effect, event);
      return;
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

function noteSynthesis(turn: Turn, { host, rolloutId, payload }: RemoteAppendEventLog, event: RemoteEvent): void {
  turn.effects.push({ type: 'SynthesizeEvent', rolloutId, host, event: event.type, payload, at: turn.now });
}
