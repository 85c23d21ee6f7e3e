import type { Time } from '../machine/events.ts';

/**
 * What the control plane advises a host to do (specification: wire, "Dispatch"). The agent acts on it only if the
 * signed manifest of the rollout names the same closure.
 */
export interface Dispatch {
  readonly rolloutId: string;
  readonly targetClosure: string;
  readonly soakDueAt: Time | null;
}
