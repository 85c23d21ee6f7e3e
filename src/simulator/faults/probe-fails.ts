import { z } from 'zod';
import { SPAN } from '../scenario-file/fields.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Span } from '../span.ts';
import { armProbe, armProbeByChance, probeNames, type OnProbes } from './arm-probe.ts';
import { chanceRate, rate, type FaultKind, type FaultWorld } from './fault.ts';
import { lasting, probe, settings } from './step-settings.ts';
import { lastingWords, probeWords } from './words.ts';

/** The probes fail on the rollout's target closure, and pass on the previous one. */
export interface FailProbe extends OnProbes {
  readonly type: 'fail-probe';
}

export interface ProbeFailsParams {
  readonly 'probe-fails': { readonly probeName: string };
}

export interface ProbeFailsRates {
  /** Chance for each activation: one of the host's probes fails on the new closure. */
  readonly probeFails: number;
  /** How long after the activation it starts to fail. */
  readonly probeFailsAfter: Span;
}

export const probeFails: FaultKind<ProbeFailsParams, FailProbe, ProbeFailsRates> = {
  faults: {
    'probe-fails': {
      tests: 'sustained failure, rollback and quarantine',
      params: z.object({ probeName: z.string() }),
      detail: ({ probeName }) => probeName,
      pin: ({ probeName }, { hosts }) => ({
        step: { type: 'fail-probe', hosts, probe: probeName, forMs: null },
      }),
    },
  },
  step: {
    do: 'fail-probe',
    isArmed: true,
    ...settings<FailProbe>({ probe, forMs: lasting('How long it lasts (default: to the end of the run)') }),
    words: (action) => `${probeWords(action.probe)} fails on the new closure${lastingWords(', for', action.forMs)}`,
    strikeHost: (world, action, node) => armProbe(world, node, action, failing(world, node)),
  },
  rates: {
    probeFails: chanceRate('probe-fails', 'Chance, for each activation, that a probe fails on the new closure'),
    probeFailsAfter: rate(
      'probe-fails-after',
      SPAN,
      Object.freeze({ minMs: 0, maxMs: 30 * 60_000 }),
      'How long after the activation it starts to fail',
    ),
  },
  hooks: {
    bringClosure: (world, rates, node, closure) => {
      if (rates.probeFails === 0 || probeNames(world, node).length === 0) return;
      const random = world.random(node.name, 'probe');
      if (!random.happens(rates.probeFails)) return;
      const from = world.now + random.between(rates.probeFailsAfter.minMs, rates.probeFailsAfter.maxMs);
      armProbeByChance(world, node, closure, from, failing(world, node));
    },
  },
};

function failing(world: FaultWorld, { name }: SimulatedHost): Parameters<typeof armProbe>[3] {
  return {
    outcome: () => 'fail',
    report: (probeName) => world.fired<ProbeFailsParams>('probe-fails', name, { probeName }),
  };
}
