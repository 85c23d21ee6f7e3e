import { expect, it } from 'vitest';
import { hostStates } from '../../src/machine/host-states.ts';
import { rehydrationEffects } from '../../src/machine/rehydration.ts';
import { aHost } from '../support/a-host.ts';

it('a restored record resets the probes, unless it is Pending', () => {
  const effects = hostStates.map((state) => [state, ...rehydrationEffects(aHost({ state }))]);
  const reset = { type: 'LocalResetProbeCache', rolloutId: 'stable@r1' };
  expect(effects).toEqual(hostStates.map((state) => (state === 'Pending' ? [state] : [state, reset])));
});
