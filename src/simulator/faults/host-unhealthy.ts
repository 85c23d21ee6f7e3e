import type { SimulatedHost } from '../simulated-host.ts';
import { z } from 'zod';
import { armProbe, type OnProbes } from './arm-probe.ts';
import type { FaultKind, FaultWorld } from './fault.ts';
import { lasting, probe, settings } from './step-settings.ts';
import { lastingWords, probeWords } from './words.ts';

/** The host itself is broken: its probes fail on any closure. */
export interface BreakHost extends OnProbes {
  readonly type: 'break-host';
}

export interface HostUnhealthyParams {
  readonly 'host-unhealthy': { readonly probeName: string };
}

export const hostUnhealthy: FaultKind<HostUnhealthyParams, BreakHost, object> = {
  faults: {
    'host-unhealthy': {
      tests: 'a release is blamed for a host that was already broken',
      params: z.object({ probeName: z.string() }),
      detail: ({ probeName }) => probeName,
    },
  },
  step: {
    do: 'break-host',
    isArmed: true,
    ...settings<BreakHost>({ probe, forMs: lasting('How long it lasts (default: to the end of the run)') }),
    words: (action) => `${probeWords(action.probe)} fails on any closure${lastingWords(', for', action.forMs)}`,
    strikeHost: (world, action, node) => armProbe(world, node, action, failing(world, node)),
  },
  rates: {},
};

function failing(world: FaultWorld, { name }: SimulatedHost): Parameters<typeof armProbe>[3] {
  return {
    isAnyClosure: true,
    outcome: () => 'fail',
    report: (probeName) => world.fired<HostUnhealthyParams>('host-unhealthy', name, { probeName }),
  };
}
