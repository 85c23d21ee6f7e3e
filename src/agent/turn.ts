import type { HostRolloutState, LogField, LogLevel, Time } from '../machine/index.ts';
import type { AgentManifest } from '../wire/index.ts';
import type { AgentEffect } from './effects.ts';
import type { AgentRules } from './rules.ts';
import type { Agent, AgentRollout } from './state.ts';

type Mutable<Value> = { -readonly [Field in keyof Value]: Value[Field] };

/** An agent that a turn is writing: a private copy, unless the core works in place. */
export type AgentDraft = Mutable<Agent>;

/** A rollout that a turn is writing. */
export type AgentRolloutDraft = Mutable<AgentRollout>;

/** The handling of one input: the agent and the effects so far. */
export interface OpenTurn {
  readonly rules: AgentRules;
  readonly now: Time;
  /** Writes to the given agent instead of a copy. */
  readonly inPlace: boolean;
  agent: Agent;
  /** `null` until the first change, so that a turn without changes returns the agent it was given. */
  draft: AgentDraft | null;
  /** The rollout that `editRollout` copied last. */
  rolloutDraft: AgentRolloutDraft | null;
  readonly effects: AgentEffect[];
}

export function beginTurn(rules: AgentRules, agent: Agent, now: Time, inPlace: boolean): OpenTurn {
  return { rules, now, inPlace, agent, draft: null, rolloutDraft: null, effects: [] };
}

/** The turn's agent, to write to. */
export function edit(turn: OpenTurn): AgentDraft {
  if (turn.draft === null) {
    turn.draft = turn.inPlace ? turn.agent : draftOf(turn.agent);
    turn.agent = turn.draft;
  }
  return turn.draft;
}

/** Field by field, like the machine's records: a fixed shape is fast to create and to read. */
function draftOf(agent: Agent): AgentDraft {
  return {
    hostname: agent.hostname,
    settings: agent.settings,
    probes: agent.probes,
    phase: agent.phase,
    bootedAt: agent.bootedAt,
    bootId: agent.bootId,
    workers: agent.workers,
    manifests: agent.manifests,
    runningClosure: agent.runningClosure,
    heartbeatAt: agent.heartbeatAt,
    heldReports: agent.heldReports,
    batchLimit: agent.batchLimit,
    activeRolloutId: agent.activeRolloutId,
    rollouts: agent.rollouts,
    probeRuns: agent.probeRuns,
  };
}

export function rolloutDraft(rollout: AgentRollout): AgentRolloutDraft {
  return {
    rolloutId: rollout.rolloutId,
    manifest: rollout.manifest,
    record: rollout.record,
    numberedTo: rollout.numberedTo,
    reservedTo: rollout.reservedTo,
    undelivered: rollout.undelivered,
    inFlight: rollout.inFlight,
    failedAttempts: rollout.failedAttempts,
    isHastened: rollout.isHastened,
    recovered: rollout.recovered,
    bootId: rollout.bootId,
    activation: rollout.activation,
  };
}

/** A rollout that this host takes part in. */
export interface RecordedRollout extends AgentRollout {
  readonly manifest: AgentManifest;
  readonly record: HostRolloutState;
}

export function hasRecord(rollout: AgentRollout | null): rollout is RecordedRollout {
  return rollout !== null && rollout.record !== null && rollout.manifest !== null;
}

export function findRollout(agent: Agent, rolloutId: string): AgentRollout | null {
  return agent.rollouts[indexOfRollout(agent.rollouts, rolloutId)] ?? null;
}

/** -1 if there is none. */
function indexOfRollout(rollouts: readonly AgentRollout[], rolloutId: string): number {
  // Searches from the newest, which nearly every input is about.
  let index = rollouts.length - 1;
  while (index >= 0 && rollouts[index]?.rolloutId !== rolloutId) index -= 1;
  return index;
}

/** The stored rollout, to write to. Reuses the copy that this turn has already made. */
export function editAgentRollout(turn: OpenTurn, rollout: AgentRollout): AgentRolloutDraft {
  if (turn.rolloutDraft === rollout) return turn.rolloutDraft;
  const draft = rolloutDraft(rollout);
  turn.rolloutDraft = draft;
  storeRollout(turn, draft);
  return draft;
}

/** Replaces the rollout with the same id, or adds this one as the newest. */
export function storeRollout(turn: OpenTurn, rollout: AgentRollout): void {
  const rollouts = turn.agent.rollouts.slice();
  const index = indexOfRollout(rollouts, rollout.rolloutId);
  rollouts[index < 0 ? rollouts.length : index] = rollout;
  edit(turn).rollouts = rollouts;
}

/** The field `code` of a log line. Stable, unlike its message. */
export type AgentLogCode =
  /** A newer rollout has taken over before a switch or rollback began. */
  | 'work-superseded'
  /** Another switch or rollback is running. */
  | 'work-waits'
  /** An input about a rollout that the agent has no record of. */
  | 'no-record'
  /** The rollout has no event number left. */
  | 'numbers-used-up'
  /** The host machine refused an event. */
  | 'event-refused'
  /** The same, of an event that the outbox held at boot. */
  | 'outbox-event-refused'
  /** The host machine returned an effect that only a control plane performs: a bug. */
  | 'foreign-effect'
  /** The outbox is full: superseded probe results are not sent. */
  | 'outbox-full'
  /** The control plane refused an event for good. */
  | 'refused-by-control-plane'
  /** A snapshot, a dispatch or an outbox belongs to another host. */
  | 'snapshot-of-another'
  | 'dispatch-of-another'
  | 'outbox-of-another'
  /** The rollout of a snapshot has no signed manifest, or the manifest says something else. */
  | 'snapshot-not-signed'
  | 'snapshot-contradicted'
  /** An input came before `Boot`. */
  | 'before-boot'
  | 'rollback-failed'
  /** A report of a rollback or a probe that was not started. */
  | 'rollback-unasked'
  | 'probe-unasked';

export function emitLog(
  turn: OpenTurn,
  level: LogLevel,
  code: AgentLogCode,
  message: string,
  fields: Readonly<Record<string, LogField>> = {},
): void {
  turn.effects.push({
    type: 'EmitLog',
    level,
    target: 'agent',
    message,
    fields: { code, hostname: turn.agent.hostname, ...fields },
  });
}
