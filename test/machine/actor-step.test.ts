import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
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

  it('starts again under another policy from a record whose actor has refused an event', () => {
    const onActors = actorStep();
    const activating = { ...aSoakingHost({ currentClosureAtDispatch: 'old' }), state: 'Activating' } as const;
    const failed = anEvent('LocalActivationFailed', { exitCode: 1, stderrTail: '', failedAt: 4_000, seq: 6 });
    expect(onActors(activating, { ...failed, seq: 5 }, 0, ROLLBACK)).toMatchObject({ ok: false });
    expect(onActors(activating, failed, 0, HALT)).toEqual(step(activating, failed, 0, HALT));
  });

  it('sends nothing to an actor at its end, which would print a warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const converged = aSoakingHost({ state: 'Converged' });
    const event = anEvent('LocalConvergedReached', { convergedAt: 20_000, currentClosure: 'new', seq: 6 });
    expect(actorStep()(converged, event, 0, HALT)).toMatchObject({ ok: false, error: { kind: 'IllegalForState' } });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('says so if it refuses what the other engine accepts', () => {
    const soaking = aSoakingHost();
    const tooEarly = anEvent('LocalConvergedReached', { convergedAt: 9_999, currentClosure: 'new', seq: 6 });
    const lenient = actorStep(() => ({ ok: true, state: soaking, effects: [] }));
    expect(() => lenient(soaking, tooEarly, 0, HALT)).toThrow('The actor refuses LocalConvergedReached in Soaking');
  });
});
