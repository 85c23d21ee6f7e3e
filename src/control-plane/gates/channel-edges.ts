import type { Gate } from './gate.ts';

/**
 * A channel waits until the current rollout of each gating channel is Terminal. Strict: a Deferred host there still
 * holds it, because the host has not been health-checked. A pruned rollout counts if it was Terminal. A superseded one
 * does not: the manifest has gone back to an older ref, and the hosts run something newer. A gating channel without a
 * manifest, or without hosts, holds nothing.
 */
export const channelEdgesGate: Gate = {
  name: 'channel-edges',
  reach: 'group',
  check: ({ manifest, manifestOf, rolloutOf }) => {
    for (const { gates, reason } of manifest.channelEdges) {
      const gating = manifestOf(gates);
      if (gating === null || gating.hosts.length === 0) continue;
      const rollout = rolloutOf(gating.rolloutId);
      if (rollout !== null && rollout.terminalAt !== null && rollout.supersededAt === null) continue;
      return {
        gate: 'channel-edges',
        channel: manifest.channel,
        gatingChannel: gates,
        gatingRolloutId: gating.rolloutId,
        gatingState: rollout?.state ?? null,
        edgeReason: reason,
      };
    }
    return null;
  },
};
