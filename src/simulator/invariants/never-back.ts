import type { HostRolloutState } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/**
 * Until an agent restarts, a record never moves back, and the first failure stays the first (specification: agent, rule
 * 10). An older snapshot would undo what the host has done, and forgetting a first failure would give a failing host
 * another two minutes. Across restarts, an agent starts a rollout only once (rule 3).
 */
export const neverBack: MakeInvariant = ({ broken }) => {
  const hasBegun = new PerHost(false);
  const check = (before: HostRolloutState, after: HostRolloutState | null): void => {
    const { hostname, rolloutId } = before;
    if (after === null || after.lastEventSeq < before.lastEventSeq) {
      const now = after === null ? 'no record' : `${after.state} after event ${after.lastEventSeq}`;
      broken(
        'never back',
        hostname,
        rolloutId,
        `${hostname} went from ${before.state} after event ${before.lastEventSeq} to ${now}.`,
      );
      return;
    }
    for (const first of ['probeObservedFirstAt', 'probeFailureFirstAt'] as const) {
      if (before[first] === null || before[first] === after[first]) continue;
      broken(
        'never back',
        hostname,
        rolloutId,
        `${hostname} changed its ${first} from ${before[first]} to ${after[first] ?? 'nothing'}.`,
      );
    }
  };
  return {
    emitted: ({ name, index }, { rolloutId, payload }) => {
      if (payload.type !== 'DispatchAck') return;
      if (hasBegun.get(rolloutId, index))
        broken('never back', name, rolloutId, `${name} has begun ${rolloutId} a second time.`);
      hasBegun.set(rolloutId, index, true);
    },
    // The disk included the fact that it had started.
    diskLost: ({ index }) => hasBegun.deleteHost(index),
    agentTurn: (_node, before, after) => {
      for (let at = 0; at < before.length; at += 1) {
        const { rolloutId, record } = before[at] ?? NO_ROLLOUT;
        if (record === null) continue;
        // Nearly always it is at the same index.
        const same = after[at];
        const now = same?.rolloutId === rolloutId ? same : after.find((rollout) => rollout.rolloutId === rolloutId);
        // One that was dropped because there are too many no longer counts.
        if (now !== undefined && now.record !== record) check(record, now.record);
      }
    },
  };
};

const NO_ROLLOUT = { rolloutId: '', record: null } as const;
