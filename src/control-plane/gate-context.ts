import type { RolloutManifest } from '../fleet/rollout-manifest.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { ControlPlane, Rollout } from './control-plane-state.ts';
import type { GateContext } from './gates/gate.ts';
import { rolloutAt, type Turn } from './turn.ts';
import { valueAt } from './vector.ts';

/** What the gates of one rollout see. It reads the turn, so it stays true while a pass goes on. */
export function gateContext(turn: Turn, index: number): GateContext {
  const { record, plan } = rolloutAt(turn, index);
  return contextOf(
    turn.state,
    plan.manifest,
    record,
    () => rolloutAt(turn, index),
    (other) => rolloutAt(turn, other),
  );
}

/** @param own the rollout that asks, @param at any rollout, both as they are when the gate looks */
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
      return selector === undefined ? 0 : (state.inFlight[selector] ?? 0);
    },
    failuresBefore: (wave) => {
      const { waves } = own();
      let failures = 0;
      for (let earlier = 0; earlier < wave; earlier += 1) failures += waves[earlier]?.failures ?? 0;
      return failures;
    },
  };
}

function recordIn(rollout: Rollout, hostname: string): HostRolloutState | null {
  const position = rollout.plan.positionOf.get(hostname);
  if (position === undefined) return null;
  return valueAt(rollout.hosts, position)?.record ?? null;
}
