import type { Gate } from './gate.ts';

/**
 * A channel that gates this one must have brought the ref that it is on now to every host. Strict: a host that is
 * Deferred there holds this channel, because nothing of it has been health-checked. That its rollout was pruned since
 * does not matter; that it was superseded does: the channel's manifest has gone back to it, and its hosts run something
 * newer. A gating channel without a manifest, or without a host to roll out to, holds nothing.
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
