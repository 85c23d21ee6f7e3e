import type { AgentRollout } from './agent-state.ts';

/**
 * The number of the next event of a rollout (specification: agent, rules 2 and 11), or `null` once 2^53-1 is used.
 *
 * It is above everything that this agent has used, before a crash too, and above everything that the control plane
 * was seen to have.
 */
export function nextSeq({ numberedTo }: AgentRollout): number | null {
  return numberedTo < Number.MAX_SAFE_INTEGER ? numberedTo + 1 : null;
}
