import type { LogField, LogLevel, Time } from '../machine/index.ts';
import type { ControlPlaneEffect } from './effects.ts';
import { withEntry } from './name-map.ts';
import type { ControlPlaneRules } from './rules.ts';
import type { ControlPlane, FleetMember, HostSlot, Rollout } from './state.ts';
import { valueAt, withPushed, withValue } from './vector.ts';

type Draft<Value> = { -readonly [Field in keyof Value]: Value[Field] };
export type RolloutDraft = Draft<Rollout>;
export type MemberDraft = Draft<FleetMember>;

/**
 * The handling of one input: the copies being written, and the effects so far. It never changes the original state, and
 * does not outlive the call.
 */
export interface Transaction {
  readonly rules: ControlPlaneRules;
  readonly now: Time;
  readonly state: Draft<ControlPlane>;
  readonly effects: ControlPlaneEffect[];
  /** The rollouts that were written to; usually few. */
  readonly edits: { readonly index: number; readonly draft: RolloutDraft }[];
  /** A host's state changed, so a planning pass follows. */
  hostChanged: boolean;
}

export function begin(rules: ControlPlaneRules, controlPlane: ControlPlane, now: Time): Transaction {
  return {
    rules,
    now,
    state: copyOf(controlPlane),
    effects: [],
    edits: [],
    hostChanged: false,
  };
}

/** The control plane with all changes. */
export function commit(tx: Transaction): ControlPlane {
  for (const { index, draft } of tx.edits) tx.state.rollouts = withValue(tx.state.rollouts, index, draft);
  return tx.state;
}

// Field by field: a fixed shape is several times faster to create and to read than the result of a spread.
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
    heardAt: controlPlane.heardAt,
    unknownHosts: controlPlane.unknownHosts,
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

/** The current state of the rollout at `index`, which must exist. */
export function rolloutAt(tx: Transaction, index: number): Rollout {
  for (const edit of tx.edits) if (edit.index === index) return edit.draft;
  return valueAt(tx.state.rollouts, index);
}

/** The same, to write to. */
export function editRollout(tx: Transaction, index: number): RolloutDraft {
  for (const edit of tx.edits) if (edit.index === index) return edit.draft;
  const draft = copyOfRollout(rolloutAt(tx, index));
  tx.edits.push({ index, draft });
  return draft;
}

/** A writable host. `member` must be its current value. */
export function editMember(tx: Transaction, member: FleetMember): MemberDraft {
  const draft: MemberDraft = {
    hostname: member.hostname,
    index: member.index,
    runningClosure: member.runningClosure,
    busyWith: member.busyWith,
    isUnreachable: member.isUnreachable,
    isWatched: member.isWatched,
    places: member.places,
  };
  tx.state.hosts = withEntry(tx.state.hosts, member.hostname, draft);
  return draft;
}

/** Adds a host that was last heard at `heardAt`. */
export function addMember(tx: Transaction, member: Omit<FleetMember, 'index'>, heardAt: Time): FleetMember {
  const { hostname, runningClosure, busyWith, isUnreachable, isWatched, places } = member;
  const index = tx.state.heardAt.length;
  const added: FleetMember = { hostname, index, runningClosure, busyWith, isUnreachable, isWatched, places };
  tx.state.heardAt = withPushed(tx.state.heardAt, heardAt);
  tx.state.hosts = withEntry(tx.state.hosts, hostname, added);
  return added;
}

/** Adds a rollout and returns its index. */
export function addRollout(tx: Transaction, rollout: Rollout): number {
  tx.state.rollouts = withPushed(tx.state.rollouts, rollout);
  return tx.state.rollouts.length - 1;
}

/** The slot of a host, which must exist. */
export function slotAt(rollout: Rollout, position: number): HostSlot {
  return valueAt(rollout.hosts, position);
}

/** The field `code` of a log line. Stable, unlike its message. */
export type LogCode =
  /** An event of an unknown host or rollout. */
  | 'unknown-event'
  /** The host machine refused an agent's event. */
  | 'event-refused'
  /** The host machine refused a synthesized event: a bug. */
  | 'synthesis-refused'
  /** The rollout machine refused an event. */
  | 'rollout-event-refused'
  /** The host machine returned an effect that only an agent performs: a bug. */
  | 'foreign-effect'
  /** A channel has no host to roll out to. */
  | 'no-hosts'
  /** A manifest goes back to a ref that was superseded. */
  | 'ref-superseded'
  /** Too many hosts outside any rollout to remember another. */
  | 'too-many-unknown-hosts'
  /** A snapshot contradicts its record. */
  | 'snapshot-refused'
  /** Events of an agent were lost on the way, and its record was taken over. */
  | 'gap'
  /** The current wave has no hosts. */
  | 'empty-wave';

export function emitControlPlaneLog(
  tx: Transaction,
  level: LogLevel,
  code: LogCode,
  message: string,
  fields: Readonly<Record<string, LogField>>,
): void {
  tx.effects.push({ type: 'EmitLog', level, target: 'control-plane', message, fields: { code, ...fields } });
}
