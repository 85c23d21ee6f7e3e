import { expect, test } from 'vitest';
import { simulate } from '../../src/simulator/index.ts';
import { planOf } from './support/plan-fleets.ts';

const SKETCH = { channels: { stable: [['a'], ['b', 'c']] }, release: 'r2' } as const;

test('a failing canary stops the rollout, and rolls back under rollback-and-halt', () => {
  const { blasts } = planOf(SKETCH);
  const canary = blasts.find(({ wave, how }) => wave === 0 && how === 'probe');
  expect(canary).toMatchObject({ hostname: 'a', hadIt: 1, wentBack: 1, haveItAtEnd: 0, notTold: 0 });
  expect(canary?.stoppedMs).not.toBeNull();
});

test('under halt the failed host stays on the release', () => {
  const { blasts } = planOf({ ...SKETCH, onHealthFailure: 'halt' });
  const canary = blasts.find(({ wave, how }) => wave === 0 && how === 'probe');
  expect(canary).toMatchObject({ hadIt: 1, wentBack: 0, haveItAtEnd: 1, notTold: 0 });
});

test('a probe that fails after the soak stops nothing, so it is the worst and comes first', () => {
  const [worst] = planOf(SKETCH).blasts;
  expect(worst).toMatchObject({ wave: 0, how: 'probe-after-soak', stoppedMs: null, haveItAtEnd: 3, notTold: 2 });
});

test('a host that already ran the release is not counted', () => {
  const plan = planOf(SKETCH, { channels: { stable: [['a'], ['b']] }, release: 'r2' });
  expect(plan.blasts.map(({ hostname }) => hostname)).toEqual(['c', 'c', 'c']);
  expect(plan.blasts.find(({ how }) => how === 'probe')).toMatchObject({ hadIt: 1, haveItAtEnd: 0 });
});

test('the hosts with a release that fails after the soak are those of an actual run', () => {
  const { scenario, blasts } = planOf(SKETCH);
  const derived = blasts.filter(({ how }) => how === 'probe-after-soak');
  expect(derived).toHaveLength(2);
  for (const { hostname, haveItAtEnd } of derived) {
    const step = {
      when: { type: 'HostEnters', host: hostname, state: 'Converged', afterMs: 0 },
      do: { type: 'fail-probe', hosts: [hostname], probe: null, forMs: null },
    } as const;
    const { history } = simulate({ ...scenario, steps: [step] });
    const converged = history.hosts.filter(({ view }) => view.state === 'Converged');
    expect(converged).toHaveLength(haveItAtEnd);
  }
});

test('the bad host is the one that gets the release first', () => {
  const { blasts } = planOf({ channels: { stable: [['a', 'b']] }, release: 'r2', budget: 1 });
  expect(new Set(blasts.map(({ hostname }) => hostname))).toEqual(new Set(['a']));
});
