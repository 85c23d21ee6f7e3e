/** The agent's pure core (specification: agent). */
export { AGENT_RULES, agentCore, type AgentCore, type AgentOptions, type AgentTurn } from './agent.ts';
export type { AgentRules, BootRecord, CompactedBacklog, Resumption, RetryDelay, UnnumberedEvent } from './rules.ts';
export type { AgentLogCode } from './turn.ts';
export { tickDueAt } from './sweep.ts';
export { performAgentEffects } from './effects.ts';
export type {
  AgentEffect,
  AgentEffectHandlers,
  AgentEffectOf,
  AgentRuntimeEffect,
  ProbeTask,
  RemoveFromOutbox,
  RemoveOutboxHeader,
  SendEvents,
  SendHeartbeat,
  StartProbes,
  StopProbes,
  WriteOutboxHeader,
} from './effects.ts';
export type * from './inputs.ts';
export { agentSettings, DEFAULT_AGENT_SETTINGS } from './settings.ts';
export type { AgentSettings, RetrySettings } from './settings.ts';
export type {
  Agent,
  AgentConfig,
  AgentPhase,
  AgentRollout,
  DeclaredProbe,
  ProbeDefinition,
  ProbeRuns,
  UndeliveredEvent,
  Worker,
} from './state.ts';
export type { AgentManifest, OutboxEntry, OutboxHeader } from '../wire/index.ts';
