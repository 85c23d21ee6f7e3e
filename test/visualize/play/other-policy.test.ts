import { describe, expect, it } from 'vitest';
import type { HealthFailurePolicy } from '../../../src/machine/events.ts';
import { underOtherPolicy } from '../../../src/visualize/play/other-policy.ts';
import { playablePaths } from '../../../src/visualize/play/playable-paths.ts';
import { jump, newSession, replaySession } from '../../../src/visualize/play/session.ts';

/** Every event of the agent's paths for which the other policy makes a difference, each kind once. */
function differences(onHealthFailure: HealthFailurePolicy) {
  const found = new Map<string, unknown>();
  for (const { session } of playablePaths({ ...newSession, onHealthFailure }, 'allTransitions').paths) {
    const played = jump(session, session.events.length);
    for (const moment of replaySession(played)) {
      const other = underOtherPolicy(played, moment);
      if (other === null || !moment.result.ok) continue;
      const difference = { event: moment.event.type, from: moment.result.record.state, ...other };
      found.set(JSON.stringify(difference), difference);
    }
  }
  return [...found.values()];
}

describe('the outcome under the other policy', () => {
  // The state is the same; only effects differ.
  const failed = { event: 'LocalActivationFailed', from: 'Failed', state: 'Failed' };

  it('can have an additional effect in the same state', () => {
    expect(differences('halt')).toEqual([
      { ...failed, policy: 'rollback-and-halt', added: ['LocalFireRollbackTo'], missing: [] },
    ]);
  });

  it('can lack an effect in the same state', () => {
    expect(differences('rollback-and-halt')).toEqual([
      { ...failed, policy: 'halt', added: [], missing: ['LocalFireRollbackTo'] },
    ]);
  });
});
