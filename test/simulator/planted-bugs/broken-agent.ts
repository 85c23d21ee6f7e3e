import {
  AGENT_RULES,
  type Agent,
  type AgentCore,
  type AgentEffect,
  type AgentEffectOf,
  type AgentInput,
  type AgentInputOf,
  type AgentRules,
} from '../../../src/agent/index.ts';
import type { HostEvent, HostRolloutState, OutboundEventType, StepResult, Time } from '../../../src/machine/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';

/** Agents with other rules. */
export const agent = (rules: Partial<AgentRules>): Cores => ({ agent: rules });

type Accepted = Extract<StepResult, { readonly ok: true }>;

/** What the agents' machine accepts, changed. */
export const agentStep = (
  change: (accepted: Accepted, event: HostEvent, before: HostRolloutState) => Accepted,
): Cores =>
  agent({
    step: (state, event, now, policy) => {
      const result = AGENT_RULES.step(state, event, now, policy);
      return result.ok ? change(result, event, state) : result;
    },
  });

/** The record after one kind of event, changed. */
export const afterEvent = (
  type: HostEvent['type'],
  change: (after: HostRolloutState, before: HostRolloutState) => Partial<HostRolloutState>,
): Cores =>
  agentStep((accepted, event, before) =>
    event.type === type ? { ...accepted, state: { ...accepted.state, ...change(accepted.state, before) } } : accepted,
  );

/** An event that the machine takes and nobody else hears of. */
export const neverEmits = (type: OutboundEventType): Cores =>
  agentStep((accepted) => ({
    ...accepted,
    effects: accepted.effects.filter((effect) => effect.type !== 'LocalEmitEvent' || effect.payload.type !== type),
  }));

const DROPPED = { hasChanged: false, effects: [] } as const;

/** What reaches the agents, changed; `null` does not reach them. `now` is by the agent's clock. */
const agentInputs = (change: (input: AgentInput, agent: Agent, now: Time) => AgentInput | null): Cores => ({
  wrapAgent: (core): AgentCore => ({
    start: core.start,
    handle: (before, input, now) => {
      const changed = change(input, before, now);
      return changed === null ? { agent: before, ...DROPPED } : core.handle(before, changed, now);
    },
  }),
});

/** Inputs of one type, changed. */
export const agentInput = <Type extends AgentInput['type']>(
  type: Type,
  change: (input: AgentInputOf<Type>, agent: Agent, now: Time) => AgentInput | null,
): Cores =>
  agentInputs((input, before, now) =>
    // Right, because the type was compared.
    input.type === type ? change(input as AgentInputOf<Type>, before, now) : input,
  );

/** What the agents ask their runtime to do, changed. */
export const agentEffects = (
  change: (effect: AgentEffect, agent: Agent, input: AgentInput, now: Time) => readonly AgentEffect[],
): Cores => ({
  wrapAgent: (core): AgentCore => ({
    start: core.start,
    handle: (before, input, now) => {
      const turn = core.handle(before, input, now);
      return { ...turn, effects: turn.effects.flatMap((effect) => change(effect, turn.agent, input, now)) };
    },
  }),
});

/** Effects of one type, changed. */
export const agentEffect = <Type extends AgentEffect['type']>(
  type: Type,
  change: (effect: AgentEffectOf<Type>, agent: Agent, input: AgentInput, now: Time) => readonly AgentEffect[],
): Cores =>
  agentEffects((effect, after, input, now) =>
    // Right, because the type was compared.
    effect.type === type ? change(effect as AgentEffectOf<Type>, after, input, now) : [effect],
  );

/** The agents' heartbeats, changed; `null` is not sent. */
export const heartbeats = (
  change: (
    heartbeat: AgentEffectOf<'SendHeartbeat'>['heartbeat'],
    agent: Agent,
  ) => AgentEffectOf<'SendHeartbeat'>['heartbeat'] | null,
): Cores =>
  agentEffect('SendHeartbeat', (effect, after) => {
    const heartbeat = change(effect.heartbeat, after);
    return heartbeat === null ? [] : [{ ...effect, heartbeat }];
  });

/** The record of the rollout that an agent works on. */
export function activeRecord({ activeRolloutId, rollouts }: Agent): HostRolloutState | null {
  return rollouts.find(({ rolloutId }) => rolloutId === activeRolloutId)?.record ?? null;
}

/** The policy of the rollout that an agent works on is to go back. */
export function goesBack({ activeRolloutId, rollouts }: Agent): boolean {
  const manifest = rollouts.find(({ rolloutId }) => rolloutId === activeRolloutId)?.manifest;
  return manifest?.policy.onHealthFailure === 'rollback-and-halt';
}
