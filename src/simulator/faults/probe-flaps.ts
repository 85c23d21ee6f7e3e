import { z } from 'zod';
import { SPAN } from '../scenario-file/fields.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Span } from '../span.ts';
import { armProbe, armProbeByChance, probeNames, type OnProbes } from './arm-probe.ts';
import { chanceRate, rate, type FaultKind, type FaultWorld } from './fault.ts';
import { DURATION, lasting, probe, required, settings } from './step-settings.ts';
import { lastingWords, probeWords, timeWords } from './words.ts';

/** The probes alternate between failing and passing, half of `periodMs` each, starting with failing. */
export interface FlapProbe extends OnProbes {
  readonly type: 'flap-probe';
  readonly periodMs: number;
}

export interface ProbeFlapsParams {
  readonly 'probe-flaps': { readonly probeName: string; readonly periodMs: number };
}

export interface ProbeFlapsRates {
  /** Chance for each activation: one of the host's probes flaps on the new closure. */
  readonly probeFlaps: number;
  readonly probeFlapPeriod: Span;
}

export const probeFlaps: FaultKind<ProbeFlapsParams, FlapProbe, ProbeFlapsRates> = {
  faults: {
    'probe-flaps': {
      tests: 'intermittent failures',
      params: z.object({ probeName: z.string(), periodMs: z.number() }),
      detail: ({ probeName, periodMs }) => `${probeName} every ${timeWords(periodMs)}`,
      pin: ({ probeName, periodMs }, { hosts }) => ({
        step: { type: 'flap-probe', hosts, probe: probeName, periodMs, forMs: null },
      }),
    },
  },
  step: {
    do: 'flap-probe',
    isArmed: true,
    ...settings<FlapProbe>({
      probe,
      periodMs: required('period', DURATION),
      forMs: lasting('How long it lasts (default: to the end of the run)'),
    }),
    words: (action) =>
      `${probeWords(action.probe)} alternately fails and passes, every ${timeWords(action.periodMs)}${lastingWords(', for', action.forMs)}`,
    strikeHost: (world, action, node) =>
      armProbe(world, node, action, flapping(world, node, world.now, action.periodMs)),
  },
  rates: {
    probeFlaps: chanceRate('probe-flaps', 'Chance, for each activation, that a probe flaps on the new closure'),
    probeFlapPeriod: rate(
      'probe-flap-period',
      SPAN,
      Object.freeze({ minMs: 60_000, maxMs: 600_000 }),
      'Time between two failures of a flapping probe',
    ),
  },
  hooks: {
    bringClosure: (world, rates, node, closure) => {
      if (rates.probeFlaps === 0 || probeNames(world, node).length === 0) return;
      const random = world.random(node.name, 'probe');
      if (!random.happens(rates.probeFlaps)) return;
      const periodMs = random.between(rates.probeFlapPeriod.minMs, rates.probeFlapPeriod.maxMs);
      armProbeByChance(world, node, closure, world.now, flapping(world, node, world.now, periodMs));
    },
  },
};

function flapping(
  world: FaultWorld,
  { name }: SimulatedHost,
  fromMs: number,
  periodMs: number,
): Parameters<typeof armProbe>[3] {
  return {
    outcome: (nowMs) => (Math.floor((nowMs - fromMs) / (periodMs / 2)) % 2 === 1 ? 'pass' : 'fail'),
    report: (probeName) => world.fired<ProbeFlapsParams>('probe-flaps', name, { probeName, periodMs }),
  };
}
