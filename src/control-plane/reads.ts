import type { HostRolloutState, Time } from '../machine/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { RolloutRecord } from '../rollout/index.ts';
import type { ControlPlane, FleetMember, HostSlot, Rollout, WaveCount } from './state.ts';
import { contextOf, judgeGates } from './gating.ts';
import type { Gate } from './gates/gate.ts';
import type { Hold } from './gates/hold.ts';
import { GATES } from './gates/gates.ts';
import { plannedHost } from './host-slots.ts';
import { valueOf } from './name-map.ts';
import { slotAt } from './transaction.ts';
import { entryAt, valueAt, valuesOf } from './vector.ts';

/** Every known rollout in the order of opening, including pruned ones. */
export function rolloutsOf(controlPlane: ControlPlane): readonly RolloutRecord[] {
  return [...valuesOf(controlPlane.rollouts)].map(({ record }) => record);
}

/** The record of a rollout; `null` if none with that id was ever opened. */
export function rolloutOf(controlPlane: ControlPlane, rolloutId: string): RolloutRecord | null {
  return rolloutNamed(controlPlane, rolloutId)?.record ?? null;
}

/** The manifest of a rollout; without hosts, waves, edges and budgets once it is pruned. */
export function manifestOf(controlPlane: ControlPlane, rolloutId: string): RolloutManifest | null {
  return rolloutNamed(controlPlane, rolloutId)?.plan.manifest ?? null;
}

/** The records of a rollout's hosts, in order of name; empty if it is unknown or pruned. */
export function hostsOf(controlPlane: ControlPlane, rolloutId: string): readonly HostRolloutState[] {
  const rollout = rolloutNamed(controlPlane, rolloutId);
  return rollout === null ? [] : [...valuesOf(rollout.hosts)].map(({ record }) => record);
}

/** The record of a host; `null` if it is not part of the rollout. */
export function hostOf(controlPlane: ControlPlane, rolloutId: string, hostname: string): HostRolloutState | null {
  return slotOf(controlPlane, rolloutId, hostname)?.record ?? null;
}

/** Whether the host has a dispatch that was queued and not acknowledged. */
export function isOutstanding(controlPlane: ControlPlane, rolloutId: string, hostname: string): boolean {
  return slotOf(controlPlane, rolloutId, hostname)?.dispatch === 'outstanding';
}

/** The greatest `seq` that the control plane synthesized for the host; 0 if none. */
export function synthesizedSeq(controlPlane: ControlPlane, rolloutId: string, hostname: string): number {
  return slotOf(controlPlane, rolloutId, hostname)?.synthesizedSeq ?? 0;
}

/** The counts of each wave of a rollout. */
export function wavesOf(controlPlane: ControlPlane, rolloutId: string): readonly WaveCount[] {
  const rollout = rolloutNamed(controlPlane, rolloutId);
  return rollout === null ? [] : rollout.waves.slice(0, rollout.plan.waveCount);
}

/** How many hosts count against the budgets of a selector. */
export function inFlightOf(controlPlane: ControlPlane, selectorKey: string): number {
  const index = controlPlane.selectorIndex.get(selectorKey);
  return index === undefined ? 0 : entryAt(controlPlane.inFlight, index);
}

/** A host across all rollouts, and when it was last heard; `-Infinity` if never. */
export type KnownMember = FleetMember & { readonly lastHeartbeatAt: Time };

/** A host and its last heartbeat; `null` if it is unknown. */
export function fleetMemberOf(controlPlane: ControlPlane, hostname: string): KnownMember | null {
  const member = valueOf(controlPlane.hosts, hostname);
  return member === undefined ? null : { ...member, lastHeartbeatAt: valueAt(controlPlane.heardAt, member.index) };
}

/** The quarantined closures of every channel. */
export function quarantineOf(controlPlane: ControlPlane): ReadonlyMap<string, ReadonlySet<string>> {
  return controlPlane.quarantine;
}

/** The gate that holds a Pending host, and until when if known; `null` if the host is dispatched or not held. */
export function gateOf(
  controlPlane: ControlPlane,
  rolloutId: string,
  hostname: string,
  gates: readonly Gate[] = GATES,
): Hold | null {
  const place = placeOf(controlPlane, rolloutId, hostname);
  if (place === null) return null;
  const { rollout, position } = place;
  const { record, dispatch } = slotAt(rollout, position);
  if (record.state !== 'Pending' || dispatch === 'outstanding') return null;
  const at = (index: number): Rollout => valueAt(controlPlane.rollouts, index);
  const context = contextOf(controlPlane, rollout.plan.manifest, rollout.record, () => rollout, at);
  return judgeGates(gates, context, plannedHost(rollout, position)).hold;
}

function rolloutNamed(controlPlane: ControlPlane, rolloutId: string): Rollout | null {
  const index = controlPlane.rolloutIndex.get(rolloutId);
  return index === undefined ? null : valueAt(controlPlane.rollouts, index);
}

function slotOf(controlPlane: ControlPlane, rolloutId: string, hostname: string): HostSlot | null {
  const place = placeOf(controlPlane, rolloutId, hostname);
  return place === null ? null : slotAt(place.rollout, place.position);
}

function placeOf(
  controlPlane: ControlPlane,
  rolloutId: string,
  hostname: string,
): { readonly rollout: Rollout; readonly position: number } | null {
  const rollout = rolloutNamed(controlPlane, rolloutId);
  const position = rollout?.plan.positionOf.get(hostname);
  return rollout === null || position === undefined ? null : { rollout, position };
}
