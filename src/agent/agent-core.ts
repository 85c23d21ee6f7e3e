import type { Time } from '../machine/events.ts';
import type { AgentConfig } from './agent-config.ts';
import type { AgentEffect } from './agent-effects.ts';
import type { AgentInput } from './agent-inputs.ts';
import { AGENT_PARTS, type AgentParts } from './agent-parts.ts';
import { NOTHING, type Agent } from './agent-state.ts';
import { boot, finishBoot } from './boot.ts';
import { noProbeRuns } from './probe-runs.ts';
import { takeDeliveryReport } from './take-delivery-report.ts';
import { takeDispatch } from './take-dispatch.ts';
import { takeHeartbeatAnswer } from './take-heartbeat-answer.ts';
import { takeProbeOutcome } from './take-probe-outcome.ts';
import { takeTick } from './take-tick.ts';
import { takeRollbackFailure, takeWorkerReport } from './take-worker-report.ts';
import { beginTurn, log, type Turn } from './turn.ts';

/** What one input made of an agent, and what its runtime must do, in this order. */
export interface AgentTurn {
  /** The very agent that was given, if nothing changed, and always if the core works in place. */
  readonly agent: Agent;
  readonly hasChanged: boolean;
  readonly effects: readonly AgentEffect[];
}

/**
 * An agent as a pure core (specification: agent). The runtime keeps the agent, feeds it one input at a time, performs
 * the effects strictly in order, and may be stopped between any two of them: what was performed stays, the agent is
 * gone, and the next life begins with `start` and a `Boot`.
 */
export interface AgentCore {
  readonly start: (config: AgentConfig) => Agent;
  /** Never throws on an input of its types, and changes none of its arguments unless it is to work in place. What makes no sense now is logged as an effect, and dropped. */
  readonly handle: (agent: Agent, input: AgentInput, now: Time) => AgentTurn;
}

export interface AgentOptions {
  /**
   * `handle` uses up the agent that it is given, and writes into it instead of into a copy. For a runtime that keeps
   * nothing but the newest: what comes of it is the same, at less cost.
   */
  readonly inPlace?: boolean;
}

const NO_EFFECTS: readonly AgentEffect[] = Object.freeze([]);

/** @param parts rules to be replaced, so that a test can show that a broken one would be noticed */
export function agentCore(parts: Partial<AgentParts> = {}, { inPlace = false }: AgentOptions = {}): AgentCore {
  const rules: AgentParts = { ...AGENT_PARTS, ...parts };
  return {
    start: (config) => start(rules, config),
    handle: (agent, input, now) => {
      const turn = beginTurn(rules, agent, now, inPlace);
      take(turn, input);
      const { draft, effects } = turn;
      return { agent: turn.agent, hasChanged: draft !== null, effects: effects.length === 0 ? NO_EFFECTS : effects };
    },
  };
}

function start(rules: AgentParts, config: AgentConfig): Agent {
  return {
    hostname: config.hostname,
    settings: config.settings,
    probes: rules.declaredProbes(config.probes),
    phase: 'starting',
    bootedAt: 0,
    rebooted: false,
    manifests: NOTHING,
    runningClosure: config.runningClosure,
    heartbeatAt: -Infinity,
    heldDispatch: null,
    activeRolloutId: null,
    rollouts: NOTHING,
    probeRuns: noProbeRuns(0),
  };
}

function take(turn: Turn, input: AgentInput): void {
  if (turn.agent.phase === 'starting' && input.type !== 'Boot') {
    if (input.type !== 'Tick') log(turn, 'warn', `${input.type} came before Boot; it is dropped.`);
    return;
  }
  switch (input.type) {
    case 'Boot':
      return boot(turn, input);
    case 'Dispatch':
      return takeDispatch(turn, input);
    case 'ActivationStarted':
    case 'ActivationCompleted':
    case 'ActivationDeferred':
    case 'ActivationFailed':
    case 'RollbackCompleted':
      return isWorking(turn, input) ? takeWorkerReport(turn, input) : undefined;
    case 'RollbackFailed':
      return isWorking(turn, input) ? takeRollbackFailure(turn, input) : undefined;
    case 'ProbeOutcome':
      return takeProbeOutcome(turn, input);
    case 'Tick':
      return takeTick(turn);
    case 'HeartbeatAnswered':
      return takeHeartbeatAnswer(turn, input);
    case 'HeartbeatUnanswered':
      return turn.agent.phase === 'awaiting-answer' ? finishBoot(turn) : undefined;
    case 'EventDelivered':
      return takeDeliveryReport(turn, input);
  }
}

/** No worker was started in this life yet, so the report is of an earlier one, whose work the boot goes on with. */
function isWorking(turn: Turn, input: AgentInput): boolean {
  if (turn.agent.phase === 'working') return true;
  log(turn, 'warn', `${input.type} came before the boot was over; it is dropped, and the work is done again.`);
  return false;
}
