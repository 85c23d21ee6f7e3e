import { advanceWaves } from './advance-waves.ts';
import { dispatchHosts } from './dispatch-hosts.ts';
import { openRollouts } from './open-rollouts.ts';
import type { Turn } from './turn.ts';

/** One planning pass (specification: control-plane, "Planning, in this order"). Rollouts go in order of their ids. */
export function plan(turn: Turn): void {
  openRollouts(turn);
  for (const index of turn.state.dispatching) advanceWaves(turn, index);
  const { dispatchFrom } = turn.state.config;
  if (dispatchFrom !== null && turn.now < dispatchFrom) return;
  for (const index of turn.state.dispatching) dispatchHosts(turn, index);
}
