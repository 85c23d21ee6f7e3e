import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostEvent, RolloutPolicy } from '../../src/machine/events.ts';
import { newPendingHost, NO_PROBES, type HostRolloutState } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import { aHost, anEvent, aSoakingHost, HALT, ROLLBACK } from '../support/a-host.ts';
import { hostEvent, hostRolloutState, rolloutPolicy, TRICKY_NAMES } from '../support/arbitraries.ts';
import { withoutMessage } from '../support/assert-step.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { oracle } from '../support/oracle.ts';
import { accepted, refused } from '../support/step-or-throw.ts';

const converged = (fields: { convergedAt?: number; currentClosure?: string; seq?: number } = {}) =>
  anEvent('LocalConvergedReached', { convergedAt: 10_000, currentClosure: 'new', seq: 6, ...fields });

const result = (fields: Partial<Extract<HostEvent, { type: 'LocalProbeResult' }>> = {}) =>
  anEvent('LocalProbeResult', {
    probeName: 'http',
    mode: 'enforce',
    status: 'pass',
    observedAt: 4_000,
    failureReason: null,
    subResults: null,
    seq: 6,
    ...fields,
  });

const failing = {
  status: 'fail',
  mode: 'enforce',
  lastObservedAt: 3_500,
  lastPassAt: null,
  failureReason: 'no',
} as const;

describe('refusals come in their order', () => {
  it('a repetition before everything, in states that take nothing too', () => {
    for (const state of ['Pending', 'Converged', 'Reverted'] as const) {
      const error = refused(aHost({ state, lastEventSeq: 6 }), converged());
      expect(error).toMatchObject({
        kind: 'SeqRegression',
        got: 6,
        last: 6,
        rolloutId: 'stable@r1',
        hostname: 'web-01',
      });
    }
  });

  it('a repetition before a broken condition of converging', () => {
    expect(refused(aSoakingHost(), converged({ seq: 5, currentClosure: 'other' })).kind).toBe('SeqRegression');
  });

  it('a state that does not take the event before a condition of converging', () => {
    expect(refused(aHost({ state: 'Failed' }), converged({ currentClosure: 'other' }))).toMatchObject({
      kind: 'IllegalForState',
      from: 'Failed',
      event: 'LocalConvergedReached',
    });
  });

  it('the conditions of converging: closure, then soak, then probes', () => {
    const host = aSoakingHost({ probes: { http: failing } });
    const early = { convergedAt: 9_999 };
    expect(refused(host, converged({ ...early, currentClosure: 'other' }))).toMatchObject({
      invariant: 'closure-mismatch',
    });
    expect(refused(host, converged(early))).toMatchObject({ invariant: 'soak-not-elapsed' });
    expect(refused(host, converged())).toMatchObject({ invariant: 'enforce-probe-not-passing' });
  });

  it('each with a message that says what to do or what is in the way', () => {
    expect(refused(aSoakingHost(), converged({ seq: 1 })).message).toMatch(
      /^web-01 has already accepted event 5 of stable@r1, .* send a greater seq\.$/,
    );
    expect(refused(aHost(), converged()).message).toContain('that state does not accept LocalConvergedReached');
    expect(refused(aSoakingHost(), converged({ currentClosure: 'other' })).message).toContain(
      'it runs other, but its target is new',
    );
    expect(refused(aSoakingHost(), converged({ convergedAt: 9_990 })).message).toContain('10 ms');
    const host = aSoakingHost({ probes: { zfs: failing, http: failing, disk: { ...failing, mode: 'observe' } } });
    expect(refused(host, converged()).message).toContain('these enforce probes fail: http, zfs.');
  });

  it('a gap in the numbers is fine', () => {
    expect(accepted(aSoakingHost(), converged({ seq: Number.MAX_SAFE_INTEGER })).state.lastEventSeq).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });
});

describe('the corners that are easy to get wrong', () => {
  it('LocalActivate neither stores nor checks its targetClosure and soakDueAt', () => {
    const event = anEvent('LocalActivate', {
      currentClosureAtDispatch: 'old',
      targetClosure: 'other',
      soakDueAt: 77,
      receivedAt: 2_000,
      seq: 1,
    });
    const { state, effects } = accepted(aHost(), event);
    expect(state).toMatchObject({ targetClosure: 'new', soakDueAt: 10_000, state: 'Activating' });
    expect(effects[2]).toEqual({ type: 'LocalFireSwitch', rolloutId: 'stable@r1', target: 'new' });
    expect(effects[1]).toEqual({
      type: 'LocalEmitEvent',
      rolloutId: 'stable@r1',
      payload: { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 2_000, seq: 1 },
      durable: true,
    });
  });

  it('a completed activation goes to Soaking whatever its exit code and closure', () => {
    const event = anEvent('RemoteActivationCompleted', {
      observedCurrentClosure: 'other',
      exitCode: 4,
      completedAt: 3_000,
      seq: 2,
    });
    expect(accepted(aHost({ state: 'Activating' }), event).state).toMatchObject({
      state: 'Soaking',
      currentClosure: 'other',
    });
  });

  it('a completed activation empties the probes and keeps both first times', () => {
    const host = aHost({
      state: 'Deferred',
      probes: { http: failing },
      probeObservedFirstAt: 1,
      probeFailureFirstAt: 2,
    });
    const event = anEvent('LocalActivationCompleted', {
      observedCurrentClosure: 'new',
      exitCode: 0,
      completedAt: 3_000,
      seq: 2,
    });
    expect(accepted(host, event).state).toMatchObject({ probes: {}, probeObservedFirstAt: 1, probeFailureFirstAt: 2 });
  });

  it('only the first-seen events set the two first times, once, for any mode', () => {
    expect(accepted(aSoakingHost(), result({ status: 'fail' })).state).toMatchObject({
      probeObservedFirstAt: null,
      probeFailureFirstAt: null,
    });
    const seen = anEvent('LocalProbeObservedFirst', { probeName: 'a', mode: 'disabled', observedAt: 4_000, seq: 6 });
    const failed = anEvent('LocalProbeFailureFirst', { probeName: 'a', mode: 'observe', firstFailedAt: 4_001, seq: 7 });
    const first = accepted(accepted(aSoakingHost(), seen).state, failed).state;
    expect(first).toMatchObject({ probeObservedFirstAt: 4_000, probeFailureFirstAt: 4_001 });
    const again = accepted(accepted(first, { ...seen, observedAt: 5_000, seq: 8 }).state, {
      ...failed,
      firstFailedAt: 5_001,
      seq: 9,
    }).state;
    expect(again).toMatchObject({ probeObservedFirstAt: 4_000, probeFailureFirstAt: 4_001 });
  });

  it('a first time of 0 is a time, and is kept', () => {
    const seen = anEvent('LocalProbeObservedFirst', { probeName: 'a', mode: 'enforce', observedAt: 4_000, seq: 6 });
    expect(accepted(aSoakingHost({ probeObservedFirstAt: 0 }), seen).state.probeObservedFirstAt).toBe(0);
  });

  it('declaring a topology stores nothing, and does not hold convergence back', () => {
    const declared = anEvent('LocalProbeTopologyDeclared', {
      probes: [{ probeName: 'http', kind: 'http', mode: 'enforce' }],
      declaredAt: 4_000,
      seq: 6,
    });
    const { state } = accepted(aSoakingHost(), declared);
    expect(state).toEqual(aSoakingHost({ lastEventSeq: 6 }));
    expect(accepted(state, converged({ seq: 7 })).state.state).toBe('Converged');
  });

  it('a failing probe whose next result says observe no longer gates', () => {
    const gating = accepted(aSoakingHost(), result({ status: 'fail' })).state;
    expect(refused(gating, converged({ seq: 7 }))).toMatchObject({ invariant: 'enforce-probe-not-passing' });
    const observed = accepted(gating, result({ status: 'fail', mode: 'observe', seq: 7 })).state;
    expect(accepted(observed, converged({ seq: 8 })).state.state).toBe('Converged');
  });

  it('a rollback is legal from Failed whatever the policy says, and on the Remote side always quarantines', () => {
    const event = { revertedToClosure: 'old', exitCode: 0, completedAt: 8_000, seq: 9 };
    for (const policy of [HALT, ROLLBACK]) {
      const host = aHost({ state: 'Failed', policyApplied: policy.onHealthFailure });
      expect(accepted(host, anEvent('LocalRollbackCompleted', event), policy).state.state).toBe('Reverted');
      const { effects } = accepted(host, anEvent('RemoteRollbackComplete', event), policy);
      expect(effects.map(({ type }) => type)).toEqual([
        'RemoteAppendEventLog',
        'RemoteInsertQuarantine',
        'RecordTransition',
      ]);
      expect(effects[1]).toEqual({ type: 'RemoteInsertQuarantine', channel: 'stable', closure: 'new' });
    }
  });

  it('a Remote failure never emits a rollback', () => {
    const failedAt = 5_000;
    const crossed = {
      failedAt,
      sustainedDurationSecs: 120,
      failingProbes: ['http'],
      policyApplied: 'rollback-and-halt' as const,
      seq: 6,
    };
    const types = [
      accepted(aSoakingHost(), anEvent('RemoteFailed', crossed), ROLLBACK),
      accepted(
        aHost({ state: 'Activating' }),
        anEvent('RemoteActivationFailed', { exitCode: 1, stderrTail: '', failedAt, seq: 2 }),
        ROLLBACK,
      ),
    ].map(({ effects }) => effects.map(({ type }) => type));
    expect(types.map((each) => each.join(' '))).toEqual(types.map(() => 'RemoteAppendEventLog RecordTransition'));
  });
});

describe('rollbacks are decided', () => {
  const failedAt = 5_000;
  const crossed = (policyApplied: RolloutPolicy['onHealthFailure']) =>
    anEvent('LocalSustainedFailureCrossed', {
      failedAt,
      sustainedDurationSecs: 120,
      failingProbes: ['http'],
      policyApplied,
      seq: 6,
    });
  const activationFailed = anEvent('LocalActivationFailed', { exitCode: 1, stderrTail: 'no', failedAt, seq: 6 });
  const rollbacks = (host: HostRolloutState, event: HostEvent, policy: RolloutPolicy) =>
    accepted(host, event, policy).effects.filter(({ type }) => type === 'LocalFireRollbackTo');

  it('for a failed activation by the policy argument, and an empty closure is one to go back to', () => {
    const activating = (currentClosureAtDispatch: string | null) =>
      aHost({ state: 'Activating', currentClosureAtDispatch });
    expect(rollbacks(activating('old'), activationFailed, ROLLBACK)).toEqual([
      { type: 'LocalFireRollbackTo', rolloutId: 'stable@r1', closure: 'old' },
    ]);
    expect(rollbacks(activating(''), activationFailed, ROLLBACK)).toEqual([
      { type: 'LocalFireRollbackTo', rolloutId: 'stable@r1', closure: '' },
    ]);
    expect(rollbacks(activating(null), activationFailed, ROLLBACK)).toEqual([]);
    expect(rollbacks(activating('old'), activationFailed, HALT)).toEqual([]);
    expect(accepted(activating('old'), activationFailed, HALT).state.policyApplied).toBe('halt');
  });

  it('for a failed soak by the policy of the event, not by the argument', () => {
    expect(rollbacks(aSoakingHost(), crossed('rollback-and-halt'), HALT)).toHaveLength(1);
    expect(rollbacks(aSoakingHost(), crossed('halt'), ROLLBACK)).toEqual([]);
    expect(rollbacks(aSoakingHost({ currentClosureAtDispatch: null }), crossed('rollback-and-halt'), ROLLBACK)).toEqual(
      [],
    );
    expect(accepted(aSoakingHost(), crossed('rollback-and-halt'), HALT).state.policyApplied).toBe('rollback-and-halt');
  });

  it('never for a deferred host, whose policyApplied is not touched', () => {
    const { state, effects } = accepted(aHost({ state: 'Deferred' }), activationFailed, ROLLBACK);
    expect(state).toMatchObject({ state: 'Failed', policyApplied: null, failedAt, activationFailedAt: failedAt });
    expect(effects.map(({ type }) => type)).toEqual(['LocalEmitEvent', 'RecordTransition']);
  });
});

describe('a probe result', () => {
  it('is stored even when it is older than what is stored', () => {
    const newer = accepted(aSoakingHost(), result({ observedAt: 9_000 })).state;
    expect(accepted(newer, result({ observedAt: 4_000, seq: 7 })).state.probes['http']).toMatchObject({
      lastObservedAt: 4_000,
      lastPassAt: 4_000,
    });
  });

  it('that fails keeps lastPassAt and takes the reason; that passes clears the reason', () => {
    const passed = accepted(aSoakingHost(), result({ failureReason: 'not stored' })).state;
    expect(passed.probes['http']).toEqual({
      status: 'pass',
      mode: 'enforce',
      lastObservedAt: 4_000,
      lastPassAt: 4_000,
      failureReason: null,
    });
    const failed = accepted(
      passed,
      result({ status: 'fail', observedAt: 5_000, failureReason: 'refused', seq: 7 }),
    ).state;
    expect(failed.probes['http']).toEqual({
      status: 'fail',
      mode: 'enforce',
      lastObservedAt: 5_000,
      lastPassAt: 4_000,
      failureReason: 'refused',
    });
    expect(accepted(aSoakingHost(), result({ status: 'fail' })).state.probes['http']).toMatchObject({
      lastPassAt: null,
    });
  });

  it('is reported verbatim, with its reason and its controls', () => {
    const subResults = [
      {
        controlId: 'C1',
        status: 'fail',
        framework: 'cis',
        article: null,
        effectiveMode: 'observe',
        overrideReason: '',
      },
    ] as const;
    const { effects } = accepted(aSoakingHost(), result({ failureReason: 'kept', subResults }));
    expect(effects).toEqual([
      {
        type: 'LocalEmitEvent',
        rolloutId: 'stable@r1',
        payload: {
          type: 'ProbeResult',
          probeName: 'http',
          mode: 'enforce',
          status: 'pass',
          observedAt: 4_000,
          failureReason: 'kept',
          subResults,
          seq: 6,
        },
        durable: false,
      },
    ]);
  });

  it.each(TRICKY_NAMES.map((name) => [JSON.stringify(name), name] as const))(
    'under the name %s is one like any other',
    (_, probeName) => {
      const others = accepted(aSoakingHost(), result({ probeName: 'http' })).state;
      const { state } = accepted(others, result({ probeName, status: 'fail', failureReason: 'no', seq: 7 }));
      expect(Object.keys(state.probes).sort()).toEqual(['http', probeName].sort());
      expect(Object.getPrototypeOf(state.probes)).toBe(Object.prototype);
      expect(Object.getOwnPropertyDescriptor(state.probes, probeName)?.value).toMatchObject({
        status: 'fail',
        lastPassAt: null,
      });
      expect(refused(state, converged({ seq: 8 }))).toMatchObject({ invariant: 'enforce-probe-not-passing' });
      const passing = accepted(state, result({ probeName, seq: 8 })).state;
      expect(accepted(passing, converged({ seq: 9 })).state.state).toBe('Converged');
    },
  );
});

describe('convergence', () => {
  it('is in time at the very end of the soak, and without a soak at once', () => {
    expect(accepted(aSoakingHost(), converged({ convergedAt: 10_000 })).state.convergedAt).toBe(10_000);
    for (const convergedAt of [1, -1]) {
      const { state } = accepted(aSoakingHost({ soakDueAt: null }), converged({ convergedAt }));
      expect(state.convergedAt).toBe(convergedAt);
    }
  });

  it('looks at enforce probes only, and takes an empty set', () => {
    const probes = { a: { ...failing, mode: 'observe' }, b: { ...failing, mode: 'disabled' } } as const;
    expect(accepted(aSoakingHost({ probes }), converged()).state.state).toBe('Converged');
    expect(accepted(aSoakingHost({ probes: {} }), converged()).state.state).toBe('Converged');
  });
});

describe('step is pure', () => {
  it('changes neither its arguments nor what they hold', () => {
    fc.assert(
      fc.property(hostRolloutState, hostEvent, fc.integer(), rolloutPolicy, (record, event, now, policy) => {
        const before = structuredClone({ record, event, policy });
        const first = step(deepFreeze(record), deepFreeze(event), now, deepFreeze(policy));
        expect(step(record, event, now + 1, policy)).toEqual(first);
        expect({ record, event, policy }).toEqual(before);
      }),
    );
  });

  it('shares what did not change', () => {
    const host = aSoakingHost({ probes: { http: failing } });
    const declared = anEvent('LocalProbeTopologyDeclared', { probes: [], declaredAt: 4_000, seq: 6 });
    expect(accepted(host, declared).state.probes).toBe(host.probes);
    const other = accepted(host, result({ probeName: 'disk' })).state;
    expect(other.probes['http']).toBe(host.probes['http']);
  });

  it('keeps to one shape, whatever happens', () => {
    const fields = Object.keys(newPendingHost(aHost()));
    fc.assert(
      fc.property(hostRolloutState, hostEvent, rolloutPolicy, (record, event, policy) => {
        const stepped = step(record, event, 0, policy);
        expect(stepped.ok ? Object.keys(stepped.state) : fields).toEqual(fields);
      }),
    );
  });

  it('says on any record and event what the specification says', () => {
    fc.assert(
      fc.property(hostRolloutState, hostEvent, rolloutPolicy, (record, event, policy) => {
        expect(withoutMessage(step(record, event, 0, policy))).toEqual(oracle(record, event, policy));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a new host', () => {
  it('is Pending, and nothing has happened to it', () => {
    const dispatch = {
      rolloutId: 'r@1',
      hostname: 'h',
      channel: 'r',
      targetClosure: 't',
      dispatchedAt: 5,
      soakDueAt: null,
    };
    const host = newPendingHost(dispatch);
    expect(host).toMatchObject({ ...dispatch, state: 'Pending', probes: {}, lastEventSeq: 0 });
    const rest = Object.entries(host).filter(
      ([field]) => !Object.hasOwn(dispatch, field) && !['state', 'probes', 'lastEventSeq'].includes(field),
    );
    expect(rest).toHaveLength(13);
    expect(rest.every(([, value]) => value === null)).toBe(true);
    expect(host.probes).toBe(NO_PROBES);
  });
});
