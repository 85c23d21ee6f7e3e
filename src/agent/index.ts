/** The agent's pure core (specification: agent). */
export { agentCore, type AgentCore, type AgentOptions, type AgentTurn } from './agent-core.ts';
export { AGENT_PARTS, type AgentParts } from './agent-parts.ts';
export type { BootRecord } from './boot-record.ts';
export type { CompactedBacklog } from './compact-backlog.ts';
export type { Resumption } from './resumption.ts';
export type { RetryDelay } from './retry-delay.ts';
export { tickDueAt } from './take-tick.ts';
export type { UnnumberedEvent } from './unnumbered-event.ts';
export type { AgentConfig, ProbeDefinition } from './agent-config.ts';
export type {
  AgentEffect,
  AgentEffectOf,
  AgentRuntimeEffect,
  ProbeTask,
  RemoveFromOutbox,
  RemoveOutboxHeader,
  SendEvent,
  SendHeartbeat,
  StartProbes,
  StopProbes,
  WriteOutboxHeader,
} from './agent-effects.ts';
export type * from './agent-inputs.ts';
export type { AgentManifest } from './agent-manifest.ts';
export { agentSettings, DEFAULT_AGENT_SETTINGS } from './agent-settings.ts';
export type { AgentSettings, RetrySettings } from './agent-settings.ts';
export type { Agent, AgentPhase, AgentRollout, DeclaredProbe, ProbeRuns, UndeliveredEvent } from './agent-state.ts';
export type { OutboxEntry, OutboxHeader } from './outbox-entry.ts';
export { performAgentEffects } from './perform-agent-effects.ts';
export type { AgentEffectHandlers } from './perform-agent-effects.ts';
