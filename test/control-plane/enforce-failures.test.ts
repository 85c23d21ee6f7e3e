import { describe, expect, it } from 'vitest';
import { failuresAfter, totalFailures, type EnforceFailures } from '../../src/control-plane/enforce-failures.ts';
import { anEvent } from '../support/a-host.ts';

const result = (probeName: string, status: 'pass' | 'fail', mode: 'enforce' | 'observe' = 'enforce') =>
  anEvent('RemoteProbeResult', {
    probeName,
    mode,
    status,
    observedAt: 1,
    failureReason: null,
    subResults: null,
    seq: 1,
  });
const after = (failures: EnforceFailures, ...events: readonly Parameters<typeof failuresAfter>[1][]): EnforceFailures =>
  events.reduce(failuresAfter, failures);

describe('the outstanding failures of a host', () => {
  it('are none before a probe fails, and none again once all pass', () => {
    expect(after(null, result('p', 'pass'))).toBeNull();
    const both = after(null, result('p', 'fail'), result('q', 'fail'));
    expect([both, totalFailures(both)]).toEqual([
      new Map([
        ['p', 1],
        ['q', 1],
      ]),
      2,
    ]);
    const one = after(both, result('p', 'pass'));
    expect([one, totalFailures(one)]).toEqual([new Map([['q', 1]]), 1]);
    expect(after(one, result('q', 'pass'))).toBeNull();
    expect(totalFailures(null)).toBe(0);
  });

  it('are the same value as long as nothing changes', () => {
    const failing = after(null, result('p', 'fail'));
    expect(after(failing, result('p', 'fail'), result('q', 'pass'), result('q', 'fail', 'observe'))).toBe(failing);
    const started = anEvent('RemoteActivationStarted', { startedAt: 1, switchMethod: '', seq: 1 });
    expect(after(failing, started)).toBe(failing);
    expect(failing).toEqual(new Map([['p', 1]]));
  });

  it('begin anew with a completed activation', () => {
    const completed = anEvent('RemoteActivationCompleted', {
      observedCurrentClosure: 'new',
      exitCode: 0,
      completedAt: 1,
      seq: 1,
    });
    expect(after(after(null, result('p', 'fail')), completed)).toBeNull();
  });
});
