import type { DeferDispatch } from './control-plane-effects.ts';
import type { HostSlot } from './control-plane-state.ts';
import { gateContext } from './gate-context.ts';
import { holdReason } from './gates/hold-reason.ts';
import type { Hold } from './gates/hold.ts';
import { isCandidate, plannedHost, putSlot, withdraw } from './host-slots.ts';
import { rolloutAt, slotAt, type Turn } from './turn.ts';

/**
 * Records that `closure` was rolled back on `channel`. Rollouts of the channel that still dispatch (a successor may
 * carry the same closure) stop offering it at once.
 */
export function insertQuarantine(turn: Turn, channel: string, closure: string): void {
  const known = turn.state.quarantine.get(channel);
  if (known?.has(closure) === true) return;
  turn.state.quarantine = new Map(turn.state.quarantine).set(channel, new Set(known).add(closure));

  for (const index of turn.state.dispatching) {
    const { plan } = rolloutAt(turn, index);
    if (plan.manifest.channel !== channel) continue;
    for (
      let position = plan.firstWithTarget.get(closure) ?? -1;
      position >= 0;
      position = plan.nextWithTarget[position] ?? -1
    ) {
      stopAt(turn, index, position);
    }
  }
}

function stopAt(turn: Turn, index: number, position: number): void {
  const hold = closureHold(turn, index, position);
  if (hold === null) return;
  if (slotAt(rolloutAt(turn, index), position).dispatch === 'outstanding')
    withdraw(turn, index, position, 'quarantined');
  if (isCandidate(turn, index, position)) turn.effects.push(holdForGood(turn, index, position, hold));
}

/** The first gate that judges the closure alone and refuses it. */
function closureHold(turn: Turn, index: number, position: number): Hold | null {
  const context = gateContext(turn, index);
  const candidate = plannedHost(rolloutAt(turn, index), position);
  for (const gate of turn.parts.gates) {
    const hold = gate.reach === 'closure' ? gate.check(context, candidate) : null;
    if (hold !== null) return hold;
  }
  return null;
}

/** Sets a host aside that will never be dispatched in this rollout. What is returned reports it, once. */
export function holdForGood(turn: Turn, index: number, position: number, hold: Hold): DeferDispatch {
  const slot = slotAt(rolloutAt(turn, index), position);
  putSlot(turn, index, position, { ...slot, heldForGood: hold });
  return deferral(slot, hold, turn.now);
}

export function deferral({ record: { rolloutId, hostname } }: HostSlot, hold: Hold, at: number): DeferDispatch {
  return {
    type: 'DeferDispatch',
    rolloutId,
    host: hostname,
    gate: hold.gate,
    reason: holdReason(hostname, hold),
    hold,
    at,
  };
}
