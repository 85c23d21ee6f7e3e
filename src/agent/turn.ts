import type { LogField, LogLevel } from '../machine/effects.ts';
import type { Time } from '../machine/events.ts';
import type { AgentEffect } from './agent-effects.ts';
import type { AgentParts } from './agent-parts.ts';
import type { Agent, AgentRollout } from './agent-state.ts';
import { rolloutDraft, type RolloutDraft } from './rollout-draft.ts';

/** An agent that one turn is still writing: its own copy, not yet anybody else's. */
export type AgentDraft = { -readonly [Field in keyof Agent]: Agent[Field] };

/** The taking of one input: what it makes of the agent, and what is to be done, as far as it has come. */
export interface Turn {
  readonly parts: AgentParts;
  readonly now: Time;
  /** The agent that was given may be written to. */
  readonly inPlace: boolean;
  agent: Agent;
  /** `null` until the first change, so that a turn that changes nothing returns the very agent it was given. */
  draft: AgentDraft | null;
  /** The rollout that `editRollout` copied last. */
  rolloutDraft: RolloutDraft | null;
  readonly effects: AgentEffect[];
}

export function beginTurn(parts: AgentParts, agent: Agent, now: Time, inPlace: boolean): Turn {
  return { parts, now, inPlace, agent, draft: null, rolloutDraft: null, effects: [] };
}

/** The agent of this turn, to be written to. */
export function edit(turn: Turn): AgentDraft {
  if (turn.draft === null) {
    turn.draft = turn.inPlace ? turn.agent : draftOfAgent(turn.agent);
    turn.agent = turn.draft;
  }
  return turn.draft;
}

/** Field by field, as the machine's records are and for the same reason: one fixed shape is fast to make and to read. */
function draftOfAgent(agent: Agent): AgentDraft {
  return {
    hostname: agent.hostname,
    settings: agent.settings,
    probes: agent.probes,
    phase: agent.phase,
    bootedAt: agent.bootedAt,
    rebooted: agent.rebooted,
    manifests: agent.manifests,
    runningClosure: agent.runningClosure,
    heartbeatAt: agent.heartbeatAt,
    heldDispatch: agent.heldDispatch,
    activeRolloutId: agent.activeRolloutId,
    rollouts: agent.rollouts,
    probeRuns: agent.probeRuns,
  };
}

export function findRollout(agent: Agent, rolloutId: string): AgentRollout | null {
  return agent.rollouts[indexOfRollout(agent.rollouts, rolloutId)] ?? null;
}

/** -1 if there is none. */
function indexOfRollout(rollouts: readonly AgentRollout[], rolloutId: string): number {
  // From the newest, which nearly every input is about.
  let index = rollouts.length - 1;
  while (index >= 0 && rollouts[index]?.rolloutId !== rolloutId) index -= 1;
  return index;
}

/**
 * The rollout, stored, to be written to. One that this turn has made itself is not copied again; nobody outside the
 * turn holds it yet.
 */
export function editRollout(turn: Turn, rollout: AgentRollout): RolloutDraft {
  if (turn.rolloutDraft !== null && turn.rolloutDraft === rollout) return turn.rolloutDraft;
  const draft = rolloutDraft(rollout);
  turn.rolloutDraft = draft;
  storeRollout(turn, draft);
  return draft;
}

/** Puts `rollout` in the place of the one with its id, or behind all others if there is none. */
export function storeRollout(turn: Turn, rollout: AgentRollout): void {
  const rollouts = turn.agent.rollouts.slice();
  const index = indexOfRollout(rollouts, rollout.rolloutId);
  rollouts[index < 0 ? rollouts.length : index] = rollout;
  edit(turn).rollouts = rollouts;
}

export function log(
  turn: Turn,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, LogField>> = {},
): void {
  turn.effects.push({
    type: 'EmitLog',
    level,
    target: 'agent',
    message,
    fields: { hostname: turn.agent.hostname, ...fields },
  });
}
