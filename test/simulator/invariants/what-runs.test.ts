import { expect, test } from 'vitest';
import { after, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

test('forgives what a host did last in a rollout that is pruned, although an older one is not', () => {
  const publish = (atMinutes: number, ref: string, hosts: readonly string[]) =>
    after(atMinutes, { type: 'publish', rollouts: [sketch({ ref, waves: [hosts] })] });
  const setBack = { type: 'set-control-plane-clock', skewMs: -60 * MINUTE, driftPpm: 0 } as const;
  const scenario = scenarioWith([sketch({ waves: [['a', 'b']] })], {
    steps: [
      publish(20, 'r2', ['a', 'b']),
      // From now on, r1 was superseded later than r2.
      after(40, setBack),
      publish(41, 'r3', ['b']),
      after(60, { type: 'expire-retention', supersededForMs: 10 * MINUTE }),
    ],
  });
  expect(noticed(scenario)).toEqual(new Set());
});
