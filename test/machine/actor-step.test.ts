import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actorStep } from '../../src/machine/actor-step.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import { aSoakingHost, anEvent, HALT, ROLLBACK } from '../support/a-host.ts';
import { hostEvent, hostRolloutState, rolloutPolicy } from '../support/arbitraries.ts';

describe('step on real actors', () => {
  it('gives what the compiled reducer gives, on any record and along any history', () => {
    fc.assert(
      fc.property(hostRolloutState, rolloutPolicy, fc.array(hostEvent, { maxLength: 8 }), (start, policy, events) => {
        const onActors = actorStep();
        let record: HostRolloutState = start;
        for (const [at, event] of events.entries()) {
          const numbered = at % 3 === 2 ? event : { ...event, seq: record.lastEventSeq + 1 };
          const expected = step(record, numbered, 0, policy);
          const result = onActors(record, numbered, 0, policy);
          expect(result).toEqual(expected);
          if (result.ok) record = result.state;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('starts again from a record that its actor has left, and under another policy', () => {
    const onActors = actorStep();
    const soaking = aSoakingHost({ currentClosureAtDispatch: 'old' });
    const failed = anEvent('LocalActivationFailed', { exitCode: 1, stderrTail: '', failedAt: 4_000, seq: 6 });
    const activating = { ...soaking, state: 'Activating' } as const;
    for (const policy of [ROLLBACK, HALT, ROLLBACK]) {
      expect(onActors(activating, failed, 0, policy)).toEqual(step(activating, failed, 0, policy));
    }
  });

  it('says so if it refuses what the other engine accepts', () => {
    const soaking = aSoakingHost();
    const tooEarly = anEvent('LocalConvergedReached', { convergedAt: 9_999, currentClosure: 'new', seq: 6 });
    const lenient = actorStep(() => ({ ok: true, state: soaking, effects: [] }));
    expect(() => lenient(soaking, tooEarly, 0, HALT)).toThrow('The actor refuses LocalConvergedReached in Soaking');
  });
});
