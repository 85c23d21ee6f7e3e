import type { HostRolloutState } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/**
 * Within one life of an agent a record never moves back, and what happened first stays first (specification: agent,
 * rule 10): a snapshot that is behind would undo what the host has done, and a first failure that is forgotten gives a
 * failing host its two minutes again. And in all its lives together an agent begins a rollout once (rule 3).
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
    // With its disk goes what it knew of having begun.
    diskLost: ({ index }) => hasBegun.deleteHost(index),
    agentTurn: (_node, before, after) => {
      for (let at = 0; at < before.length; at += 1) {
        const { rolloutId, record } = before[at] ?? NO_ROLLOUT;
        if (record === null) continue;
        // Nearly always it is where it was.
        const same = after[at];
        const now = same?.rolloutId === rolloutId ? same : after.find((rollout) => rollout.rolloutId === rolloutId);
        // One that is forgotten because there are too many is history.
        if (now !== undefined && now.record !== record) check(record, now.record);
      }
    },
  };
};

const NO_ROLLOUT = { rolloutId: '', record: null } as const;
