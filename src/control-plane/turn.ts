import type { Time } from '../machine/events.ts';
import type { LogField, LogLevel } from '../machine/effects.ts';
import type { ControlPlaneEffect } from './control-plane-effects.ts';
import type { ControlPlaneParts } from './control-plane-parts.ts';
import type { ControlPlane, FleetMember, HostSlot, Rollout } from './control-plane-state.ts';
import { withEntry } from './name-map.ts';
import { valueAt, withPushed, withValue } from './vector.ts';

type Draft<Value> = { -readonly [Field in keyof Value]: Value[Field] };
export type RolloutDraft = Draft<Rollout>;
export type MemberDraft = Draft<FleetMember>;

/**
 * The handling of one input: copies that are still being written, and the effects so far. Nothing of it outlives the
 * call; what it was given is never changed.
 */
export interface Turn {
  readonly parts: ControlPlaneParts;
  readonly now: Time;
  readonly state: Draft<ControlPlane>;
  readonly effects: ControlPlaneEffect[];
  /** The rollouts that were written to, few at a time. */
  readonly edits: { readonly index: number; readonly draft: RolloutDraft }[];
  /** Some host's state changed, so a planning pass follows. */
  hostChanged: boolean;
}

export function beginTurn(parts: ControlPlaneParts, controlPlane: ControlPlane, now: Time): Turn {
  return {
    parts,
    now,
    state: copyOf(controlPlane),
    effects: [],
    edits: [],
    hostChanged: false,
  };
}

/** The control plane after everything that was written. */
export function endTurn(turn: Turn): ControlPlane {
  if (turn.edits.length > 0) flush(turn);
  return turn.state;
}

// Field by field: one fixed shape is several times faster to make and to read than the result of a spread.
function copyOf(controlPlane: ControlPlane): Draft<ControlPlane> {
  return {
    config: controlPlane.config,
    manifests: controlPlane.manifests,
    rolloutIndex: controlPlane.rolloutIndex,
    rollouts: controlPlane.rollouts,
    rolloutsOfChannel: controlPlane.rolloutsOfChannel,
    dispatching: controlPlane.dispatching,
    selectorIndex: controlPlane.selectorIndex,
    inFlight: controlPlane.inFlight,
    quarantine: controlPlane.quarantine,
    hosts: controlPlane.hosts,
    strangers: controlPlane.strangers,
    watch: controlPlane.watch,
  };
}

function copyOfRollout(rollout: Rollout): RolloutDraft {
  return {
    plan: rollout.plan,
    record: rollout.record,
    hosts: rollout.hosts,
    waves: rollout.waves,
    converged: rollout.converged,
    candidates: rollout.candidates,
    dispatched: rollout.dispatched,
    holds: rollout.holds,
    newcomers: rollout.newcomers,
  };
}

/** The rollout at `index`, which must be one, as it is at this moment of the turn. */
export function rolloutAt(turn: Turn, index: number): Rollout {
  for (const edit of turn.edits) if (edit.index === index) return edit.draft;
  // Indexes come from the control plane's own maps, and rollouts are never removed.
  return valueAt(turn.state.rollouts, index) as Rollout;
}

/** The same, to be written to. */
export function editRollout(turn: Turn, index: number): RolloutDraft {
  for (const edit of turn.edits) if (edit.index === index) return edit.draft;
  const draft = copyOfRollout(rolloutAt(turn, index));
  turn.edits.push({ index, draft });
  return draft;
}

/** What is known of a host, which must be the one that the fleet has, to be written to. */
export function editMember(turn: Turn, member: FleetMember): MemberDraft {
  const draft: MemberDraft = {
    hostname: member.hostname,
    lastHeartbeatAt: member.lastHeartbeatAt,
    runningClosure: member.runningClosure,
    busyWith: member.busyWith,
    isUnreachable: member.isUnreachable,
    isWatched: member.isWatched,
    places: member.places,
  };
  addMember(turn, draft);
  return draft;
}

/** Puts a host into the fleet, or in the place of the one of its name. */
export function addMember(turn: Turn, member: FleetMember): void {
  turn.state.hosts = withEntry(turn.state.hosts, member.hostname, member);
}

/** Adds a rollout and returns its index. */
export function addRollout(turn: Turn, rollout: Rollout): number {
  turn.state.rollouts = withPushed(turn.state.rollouts, rollout);
  return turn.state.rollouts.length - 1;
}

/** The slot of a host; `position` must be one of the rollout's. */
export function slotAt(rollout: Rollout, position: number): HostSlot {
  // Positions come from the rollout's own plan, which has one for every slot.
  return valueAt(rollout.hosts, position) as HostSlot;
}

export function log(turn: Turn, level: LogLevel, message: string, fields: Readonly<Record<string, LogField>>): void {
  turn.effects.push({ type: 'EmitLog', level, target: 'control-plane', message, fields });
}

function flush(turn: Turn): void {
  for (const { index, draft } of turn.edits) turn.state.rollouts = withValue(turn.state.rollouts, index, draft);
  turn.edits.length = 0;
}
