import type { RolloutManifest } from '../../../src/fleet/index.ts';

/** A rollout of one wave to `web-01` that soaks for a minute. */
export function aRollout({
  targetClosure,
  hosts = ['web-01'],
  onHealthFailure = 'rollback-and-halt',
}: {
  readonly targetClosure: string;
  readonly hosts?: readonly string[];
  readonly onHealthFailure?: 'halt' | 'rollback-and-halt';
}): RolloutManifest {
  return {
    rolloutId: `stable@${targetClosure}`,
    channel: 'stable',
    channelRef: targetClosure,
    policyName: 'all',
    policy: { onHealthFailure },
    hosts: hosts.map((hostname) => ({ hostname, wave: 0, staged: true, targetClosure, soakMinutes: 1 })),
    waves: [{ hosts, soakMinutes: 1 }],
    edges: [],
    channelEdges: [],
    budgets: [],
    complianceMode: 'disabled',
    freshnessMinutes: 240,
  };
}
