import type { HostRolloutState } from '../../machine/record.ts';
import type { MakeInvariant } from './invariant.ts';

/**
 * Within one life of an agent a record never moves back, and what happened first stays first (specification: agent,
 * rule 10): a snapshot that is behind would undo what the host has done, and a first failure that is forgotten gives a
 * failing host its two minutes again.
 */
export const neverBack: MakeInvariant = ({ broken }) => {
  const check = (before: HostRolloutState, after: HostRolloutState | null): void => {
    const { hostname, rolloutId } = before;
    if (after === null || after.lastEventSeq < before.lastEventSeq) {
      const now = after === null ? 'no record' : `${after.state} after event ${after.lastEventSeq}`;
      broken('never back', hostname, rolloutId, `${hostname} went from ${before.state} after event ${before.lastEventSeq} to ${now}.`);
      return;
    }
    for (const first of ['probeObservedFirstAt', 'probeFailureFirstAt'] as const) {
      if (before[first] === null || before[first] === after[first]) continue;
      broken('never back', hostname, rolloutId, `${hostname} changed its ${first} from ${before[first]} to ${after[first] ?? 'nothing'}.`);
    }
  };
  return {
    agentTurn: (_node, before, after) => {
      if (before.rollouts === after.rollouts) return;
      for (const { rolloutId, record } of before.rollouts) {
        if (record === null) continue;
        const now = after.rollouts.find((rollout) => rollout.rolloutId === rolloutId);
        // One that is forgotten because there are too many is history.
        if (now !== undefined && now.record !== record) check(record, now.record);
      }
    },
  };
};
