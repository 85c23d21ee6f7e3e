import type { LogField, LogLevel } from '../machine/effects.ts';
import type { Time } from '../machine/events.ts';
import type { AgentEffect } from './agent-effects.ts';
import type { AgentParts } from './agent-parts.ts';
import type { Agent, AgentRollout } from './agent-state.ts';

/** An agent that one turn is still writing: its own copy, not yet anybody else's. */
export type AgentDraft = { -readonly [Field in keyof Agent]: Agent[Field] };

/** The taking of one input: what it makes of the agent, and what is to be done, as far as it has come. */
export interface Turn {
  readonly parts: AgentParts;
  readonly now: Time;
  agent: Agent;
  /** `null` until the first change, so that a turn that changes nothing returns the very agent it was given. */
  draft: AgentDraft | null;
  readonly effects: AgentEffect[];
}

export function beginTurn(parts: AgentParts, agent: Agent, now: Time): Turn {
  return { parts, now, agent, draft: null, effects: [] };
}

/** The agent of this turn, to be written to. */
export function edit(turn: Turn): AgentDraft {
  if (turn.draft === null) {
    turn.draft = draftOfAgent(turn.agent);
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
  // From the newest, which nearly every input is about.
  for (let index = agent.rollouts.length - 1; index >= 0; index -= 1) {
    const rollout = agent.rollouts[index];
    if (rollout?.rolloutId === rolloutId) return rollout;
  }
  return null;
}

/** Puts `rollout` in the place of the one with its id, or behind all others if there is none. */
export function storeRollout(turn: Turn, rollout: AgentRollout): void {
  const rollouts = turn.agent.rollouts.slice();
  const index = rollouts.findIndex(({ rolloutId }) => rolloutId === rollout.rolloutId);
  if (index < 0) rollouts.push(rollout);
  else rollouts[index] = rollout;
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
