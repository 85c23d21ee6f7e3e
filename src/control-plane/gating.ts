import type { RolloutManifest } from '../fleet/index.ts';
import type { HostRolloutState } from '../machine/index.ts';
import type { DeferDispatch } from './effects.ts';
import type { Candidate, Gate, GateContext } from './gates/gate.ts';
import { holdReason } from './gates/hold-reason.ts';
import type { Hold } from './gates/hold.ts';
import { isCandidate, plannedHost, putSlot, withdraw } from './host-slots.ts';
import type { ControlPlane, HostSlot, Rollout } from './state.ts';
import { rolloutAt, slotAt, type Transaction } from './transaction.ts';
import { entryAt, valueAt } from './vector.ts';

/** The verdict of the gates on one host: the first gate that holds it, or none. */
export type GateJudgement = { readonly gate: Gate; readonly hold: Hold } | { readonly gate: null; readonly hold: null };

const PASSED: GateJudgement = Object.freeze({ gate: null, hold: null });

export function judgeGates(gates: readonly Gate[], context: GateContext, candidate: Candidate): GateJudgement {
  for (const gate of gates) {
    const hold = gate.check(context, candidate);
    if (hold !== null) return { gate, hold };
  }
  return PASSED;
}

/** What the gates of one rollout may read. It reads the transaction, so it stays current during a pass. */
export function gateContext(tx: Transaction, index: number): GateContext {
  const { record, plan } = rolloutAt(tx, index);
  return contextOf(
    tx.state,
    plan.manifest,
    record,
    () => rolloutAt(tx, index),
    (other) => rolloutAt(tx, other),
  );
}

/** @param own the rollout of the gates @param at any rollout. Both return the state at the time of the call */
export function contextOf(
  state: ControlPlane,
  manifest: RolloutManifest,
  rollout: GateContext['rollout'],
  own: () => Rollout,
  at: (index: number) => Rollout,
): GateContext {
  return {
    rollout,
    manifest,
    isQuarantined: (channel, closure) => state.quarantine.get(channel)?.has(closure) ?? false,
    manifestOf: (channel) => state.manifests.get(channel) ?? null,
    rolloutOf: (rolloutId) => {
      const index = state.rolloutIndex.get(rolloutId);
      return index === undefined ? null : at(index).record;
    },
    recordOf: (hostname) => recordIn(own(), hostname),
    inFlight: (selectorKey) => {
      const selector = state.selectorIndex.get(selectorKey);
      return selector === undefined ? 0 : entryAt(state.inFlight, selector);
    },
    failuresBefore: (wave) => {
      const { waves } = own();
      let failures = 0;
      for (let earlier = 0; earlier < wave; earlier += 1) failures += entryAt(waves, earlier).failures;
      return failures;
    },
  };
}

function recordIn(rollout: Rollout, hostname: string): HostRolloutState | null {
  const position = rollout.plan.positionOf.get(hostname);
  if (position === undefined) return null;
  return valueAt(rollout.hosts, position).record;
}

/**
 * Quarantines `closure` on `channel`. Rollouts of the channel that still dispatch stop offering it at once: a successor
 * may have the same closure.
 */
export function insertQuarantine(tx: Transaction, channel: string, closure: string): void {
  const known = tx.state.quarantine.get(channel);
  if (known?.has(closure) === true) return;
  tx.state.quarantine = new Map(tx.state.quarantine).set(channel, new Set(known).add(closure));

  for (const index of tx.state.dispatching) {
    const { plan } = rolloutAt(tx, index);
    if (plan.manifest.channel !== channel) continue;
    for (
      let position = plan.firstWithTarget.get(closure) ?? -1;
      position >= 0;
      position = plan.nextWithTarget[position] ?? -1
    ) {
      stopOffering(tx, index, position);
    }
  }
}

function stopOffering(tx: Transaction, index: number, position: number): void {
  const hold = closureHold(tx, index, position);
  if (hold === null) return;
  if (slotAt(rolloutAt(tx, index), position).dispatch === 'outstanding') withdraw(tx, index, position, 'quarantined');
  if (isCandidate(tx, index, position)) tx.effects.push(holdForGood(tx, index, position, hold));
}

/** The first hold by a gate that depends only on the closure. */
function closureHold(tx: Transaction, index: number, position: number): Hold | null {
  const context = gateContext(tx, index);
  const candidate = plannedHost(rolloutAt(tx, index), position);
  for (const gate of tx.rules.gates) {
    const hold = gate.reach === 'closure' ? gate.check(context, candidate) : null;
    if (hold !== null) return hold;
  }
  return null;
}

/** Marks a host that will never be dispatched in this rollout. Returns the effect that reports it once. */
export function holdForGood(tx: Transaction, index: number, position: number, hold: Hold): DeferDispatch {
  const slot = slotAt(rolloutAt(tx, index), position);
  putSlot(tx, index, position, { ...slot, heldForGood: hold });
  return deferral(slot, hold, tx.now);
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
