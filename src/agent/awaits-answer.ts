import type { Time } from '../machine/events.ts';
import type { Agent } from './agent-state.ts';

/** Whether a booted agent still waits for the answer to its heartbeat before any worker starts (agent, rule 11). */
export function awaitsAnswer(agent: Agent, now: Time): boolean {
  return now < answerGivenUpAt(agent) && now >= agent.bootedAt;
}

export function answerGivenUpAt(agent: Agent): Time {
  return agent.bootedAt + agent.settings.bootAnswerSecs * 1000;
}
