import { z } from 'zod';
import type { SimulatedHost } from '../simulated-host.ts';
import { armProbe, armProbeByChance, probeNames, type OnProbes } from './arm-probe.ts';
import { chanceRate, type FaultKind, type FaultWorld } from './fault.ts';
import { lasting, probe, settings } from './step-settings.ts';
import { lastingWords, probeWords } from './words.ts';

/** The probes never report. */
export interface SilenceProbe extends OnProbes {
  readonly type: 'silence-probe';
}

export interface ProbeSilentParams {
  readonly 'probe-silent': { readonly probeName: string };
}

export interface ProbeSilentRates {
  /** Chance for each activation: one of the host's probes never reports on the new closure. */
  readonly probeSilent: number;
}

export const probeSilent: FaultKind<ProbeSilentParams, SilenceProbe, ProbeSilentRates> = {
  faults: {
    'probe-silent': {
      tests: 'no host converges before every enforce probe has reported',
      params: z.object({ probeName: z.string() }),
      detail: ({ probeName }) => probeName,
      pin: ({ probeName }, { hosts }) => ({
        step: { type: 'silence-probe', hosts, probe: probeName, forMs: null },
      }),
    },
  },
  step: {
    do: 'silence-probe',
    isArmed: true,
    ...settings<SilenceProbe>({ probe, forMs: lasting('How long it lasts (default: to the end of the run)') }),
    words: (action) => `${probeWords(action.probe)} does not report${lastingWords(', for', action.forMs)}`,
    strikeHost: (world, action, node) => armProbe(world, node, action, silent(world, node)),
  },
  rates: {
    probeSilent: chanceRate('probe-silent', 'Chance, for each activation, that a probe never reports'),
  },
  hooks: {
    bringClosure: (world, rates, node, closure) => {
      if (rates.probeSilent === 0 || probeNames(world, node).length === 0) return;
      if (world.random(node.name, 'probe').happens(rates.probeSilent))
        armProbeByChance(world, node, closure, world.now, silent(world, node));
    },
  },
};

function silent(world: FaultWorld, { name }: SimulatedHost): Parameters<typeof armProbe>[3] {
  return {
    outcome: () => 'silent',
    report: (probeName) => world.fired<ProbeSilentParams>('probe-silent', name, { probeName }),
  };
}
