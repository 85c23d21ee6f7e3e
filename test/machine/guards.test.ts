import { describe, expect, it } from 'vitest';
import { guardRefusals, guards } from '../../src/machine/guards.ts';
import { aHost, anEvent, aSoakingHost, HALT, ROLLBACK } from '../support/a-host.ts';

const converged = anEvent('RemoteConverged', { convergedAt: 10_000, currentClosure: 'new', seq: 6 });
const crossed = anEvent('RemoteFailed', {
  failedAt: 1,
  sustainedDurationSecs: 1,
  failingProbes: [],
  policyApplied: 'rollback-and-halt',
  seq: 6,
});

describe('guards, each asked alone', () => {
  it('a number is newer only above the last', () => {
    const host = aSoakingHost({ lastEventSeq: 6 });
    expect([5, 6, 7].map((seq) => guards.seqIsNewer(host, { ...converged, seq }))).toEqual([false, false, true]);
  });

  it('a rollback needs the policy and a closure to go back to', () => {
    const asked = [null, '', 'old'].map((currentClosureAtDispatch) => {
      const host = aSoakingHost({ currentClosureAtDispatch });
      return [
        guards.policyRollsBack(host, crossed, ROLLBACK),
        guards.policyRollsBack(host, crossed, HALT),
        guards.eventPolicyRollsBack(host, crossed),
        guards.eventPolicyRollsBack(host, { ...crossed, policyApplied: 'halt' }),
      ];
    });
    expect(asked).toEqual([
      [false, false, false, false],
      [true, false, true, false],
      [true, false, true, false],
    ]);
  });

  it('closures are compared as they are, unnormalized', () => {
    const host = aSoakingHost({ targetClosure: '\u00e9' });
    expect(guards.closureIsTarget(host, { ...converged, currentClosure: 'e\u0301' })).toBe(false);
  });
});

describe('a refusal that a guard keeps from being asked', () => {
  it('still answers with something of its type', () => {
    expect(guardRefusals.soakHasElapsed(aHost({ soakDueAt: null }), converged)).toMatchObject({
      invariant: 'soak-not-elapsed',
    });
  });
});
