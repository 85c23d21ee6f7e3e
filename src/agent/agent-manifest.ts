import type { RolloutPolicy } from '../machine/events.ts';

/**
 * The part of a signed rollout manifest that concerns one host. Whoever feeds it has checked the signature: the agent
 * never acts for a rollout, nor takes a snapshot over, without it.
 */
export interface AgentManifest {
  readonly rolloutId: string;
  readonly hostname: string;
  readonly channel: string;
  readonly targetClosure: string;
  readonly policy: RolloutPolicy;
}
