import type { RolloutRecord } from '../../rollout/rollout-record.ts';
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
      const why = reason === null ? '' : ` (${reason})`;
      return {
        gate: 'channel-edges',
        reason: `Channel ${manifest.channel} waits for channel ${gates}${why}: ${standing(gating.rolloutId, rollout)}`,
        waitsFor: gating.rolloutId,
        until: null,
      };
    }
    return null;
  },
};

function standing(rolloutId: string, rollout: RolloutRecord | null): string {
  if (rollout === null) return `${rolloutId} has not been opened yet.`;
  switch (rollout.state) {
    case 'Opening':
    case 'Active':
    case 'Converging':
    case 'Terminal':
      return `not every host of ${rolloutId} has converged.`;
    case 'Failed':
    case 'Reverted':
    case 'Superseded':
    case 'Pruned':
      return `${rolloutId} is ${rollout.state} and will not get there; release a new ref on that channel.`;
  }
}
