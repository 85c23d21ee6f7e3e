import { z } from 'zod';
import type { SimulatedHost } from '../simulated-host.ts';
import { failed, type WorkResult } from '../work.ts';
import { armActivation, chanceRate, drawExitCode, type FaultKind, type FaultWorld, type OnHosts } from './fault.ts';
import { DURATION, exitCodeSetting, optionalSetting, settings, times } from './step-settings.ts';
import { timesWords, timeWords } from './words.ts';

const USUAL_LAG_MS = 10_000;
const MAX_LAG_MS = 120_000;

/** From now on, activations of these hosts fail after the new closure has started. */
export interface FailAfterSwitching extends OnHosts {
  readonly type: 'fail-after-switching';
  readonly exitCode: number;
  /** How long the new closure runs before the worker fails. */
  readonly lagMs: number;
  readonly times: number | null;
}

export interface FailsAfterSwitchingParams {
  readonly 'fails-after-switching': { readonly exitCode: number; readonly lagMs: number };
}

export interface FailsAfterSwitchingRates {
  /** Chance for each activation. */
  readonly failsAfterSwitching: number;
}

export const failsAfterSwitching: FaultKind<FailsAfterSwitchingParams, FailAfterSwitching, FailsAfterSwitchingRates> = {
  faults: {
    'fails-after-switching': {
      tests: 'a heartbeat that names the target does not prove that the activation succeeded',
      params: z.object({ exitCode: z.number(), lagMs: z.number() }),
      detail: (params) => `exit code ${params.exitCode}, ${timeWords(params.lagMs)} later`,
      pin: (params, { hosts }) => ({ step: { type: 'fail-after-switching', hosts, ...params, times: 1 } }),
    },
  },
  step: {
    do: 'fail-after-switching',
    isArmed: true,
    ...settings<FailAfterSwitching>({
      exitCode: exitCodeSetting,
      lagMs: optionalSetting<number>(
        'lag',
        DURATION,
        USUAL_LAG_MS,
        'How long the new closure runs before the worker fails (default: 10s)',
      ),
      times,
    }),
    words: ({ lagMs, times: most }) =>
      `activation fails ${timeWords(lagMs)} after the new closure runs${timesWords(most)}`,
    strikeHost: (world, { times: most, ...params }, node) => {
      armActivation(world, node, most, ({ closure }) => fail(world, node, closure, params.exitCode, params.lagMs));
    },
  },
  rates: {
    failsAfterSwitching: chanceRate(
      'fails-after-switching',
      'Chance that an activation fails after the new closure has started',
    ),
  },
  hooks: {
    endWork: (world, rates, node, { kind, closure }) => {
      if (kind !== 'activation' || rates.failsAfterSwitching === 0) return null;
      const random = world.random(node.name, 'fault:fails-after-switching');
      if (!random.happens(rates.failsAfterSwitching)) return null;
      return fail(world, node, closure, drawExitCode(world, node), random.between(0, MAX_LAG_MS));
    },
  },
};

function fail(world: FaultWorld, node: SimulatedHost, closure: string, code: number, lagMs: number): WorkResult {
  const params = { exitCode: code, lagMs };
  world.fired<FailsAfterSwitchingParams>('fails-after-switching', node.name, params);
  return { ...failed(code), closure, lagMs };
}
