import { EMPTY_LIST } from '../text/index.ts';
import { type Time, step } from '../machine/index.ts';
import { compactBacklog } from './outbox.ts';
import { awaitsAnswer, boot, finishBoot } from './boot.ts';
import { acceptsDispatch, handleDispatch } from './dispatch.ts';
import type { AgentEffect } from './effects.ts';
import { nextSeq } from './feed.ts';
import { handleHeartbeatAnswer, takeOverSnapshot } from './heartbeat-answer.ts';
import type { AgentInput } from './inputs.ts';
import { batchSize, retryDelay, settleDelivery, handleDeliveryReport } from './outbox.ts';
import { acceptsProbeOutcome, declaredProbes, noProbeRuns, probeEvents } from './probes.ts';
import { bootRecord } from './recovery.ts';
import { noteRunning, handleProbeOutcome, handleWorkerReport } from './reports.ts';
import { resumption, wasRebooted } from './resume.ts';
import type { AgentRules } from './rules.ts';
import type { Agent, AgentConfig } from './state.ts';
import { sweep, handleTick } from './sweep.ts';
import { beginTurn, emitLog, type OpenTurn } from './turn.ts';
import { mayFire } from './workers.ts';

/** The agent after an input, and what its runtime must do, in order. */
export interface AgentTurn {
  /** The same object as before if nothing changed, and always if the core works in place. */
  readonly agent: Agent;
  readonly hasChanged: boolean;
  readonly effects: readonly AgentEffect[];
}

/**
 * An agent as a pure core (specification: agent). The runtime keeps the agent, feeds it one input at a time, and
 * performs the effects strictly in order. It may stop between any two of them. Performed effects stay, and the next
 * process begins with `start` and a `Boot`.
 */
export interface AgentCore {
  readonly start: (config: AgentConfig) => Agent;
  /**
   * Never throws for an input of its type. Leaves its arguments unchanged unless it works in place. An input that makes
   * no sense now is dropped and logged.
   */
  readonly handle: (agent: Agent, input: AgentInput, now: Time) => AgentTurn;
}

/** How an agent's core works. */
export interface AgentOptions {
  /**
   * `handle` writes into the agent that it is given instead of a copy. The result is the same. Cheaper for a runtime
   * that keeps only the newest agent.
   */
  readonly inPlace?: boolean;
}

/** The rules of the specification. */
export const AGENT_RULES: AgentRules = Object.freeze({
  step,
  nextSeq,
  acceptsDispatch,
  mayFire,
  settleDelivery,
  batchSize,
  retryDelay,
  compactBacklog,
  declaredProbes,
  acceptsProbeOutcome,
  probeEvents,
  sweep,
  takeOverSnapshot,
  awaitsAnswer,
  bootRecord,
  wasRebooted,
  resumption,
});

/** @param replaced rules to replace, so that a test can plant a bug */
export function agentCore(replaced: Partial<AgentRules> = {}, { inPlace = false }: AgentOptions = {}): AgentCore {
  const rules: AgentRules = { ...AGENT_RULES, ...replaced };
  return {
    start: (config) => start(rules, config),
    handle: (agent, input, now) => {
      const turn = beginTurn(rules, agent, now, inPlace);
      handleInput(turn, input);
      const { draft, effects } = turn;
      return { agent: turn.agent, hasChanged: draft !== null, effects: effects.length === 0 ? EMPTY_LIST : effects };
    },
  };
}

function start(rules: AgentRules, config: AgentConfig): Agent {
  return {
    hostname: config.hostname,
    settings: config.settings,
    probes: rules.declaredProbes(config.probes),
    phase: 'starting',
    bootedAt: 0,
    bootId: '',
    workers: EMPTY_LIST,
    manifests: EMPTY_LIST,
    runningClosure: config.runningClosure,
    heartbeatAt: -Infinity,
    heldReports: EMPTY_LIST,
    batchLimit: 1,
    activeRolloutId: null,
    rollouts: EMPTY_LIST,
    probeRuns: noProbeRuns(0),
  };
}

function handleInput(turn: OpenTurn, input: AgentInput): void {
  if (turn.agent.phase === 'starting' && input.type !== 'Boot') {
    if (input.type !== 'Tick') emitLog(turn, 'warn', 'before-boot', `${input.type} came before Boot; it is dropped.`);
    return;
  }
  switch (input.type) {
    case 'Boot':
      return boot(turn, input);
    case 'RunningClosureChanged':
      return noteRunning(turn, input.runningClosure);
    case 'Dispatch':
      return handleDispatch(turn, input);
    case 'ActivationStarted':
    case 'ActivationCompleted':
    case 'ActivationDeferred':
    case 'ActivationFailed':
    case 'RollbackCompleted':
    case 'RollbackFailed':
      return handleWorkerReport(turn, input);
    case 'ProbeOutcome':
      return handleProbeOutcome(turn, input);
    case 'Tick':
      return handleTick(turn);
    case 'HeartbeatAnswered':
      return handleHeartbeatAnswer(turn, input);
    case 'HeartbeatUnanswered':
      return turn.agent.phase === 'awaiting-answer' ? finishBoot(turn) : undefined;
    case 'EventsDelivered':
      return handleDeliveryReport(turn, input);
  }
}
