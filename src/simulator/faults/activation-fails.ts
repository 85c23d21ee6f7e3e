import { z } from 'zod';
import { armActivation, chanceRate, drawExitCode, type FaultKind, type OnHosts } from './fault.ts';
import { exitCodeSetting, settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';
import { failed } from '../work.ts';

/** From now on, activations of these hosts fail. */
export interface FailActivation extends OnHosts {
  readonly type: 'fail-activation';
  readonly exitCode: number;
  /** How many of them fail; `null` for all. */
  readonly times: number | null;
}

export interface ActivationFailsParams {
  readonly 'activation-fails': { readonly exitCode: number };
}

export interface ActivationFailsRates {
  /** Chance for each activation. */
  readonly activationFails: number;
}

export const activationFails: FaultKind<ActivationFailsParams, FailActivation, ActivationFailsRates> = {
  faults: {
    'activation-fails': {
      tests: 'the failure policy: halt, or roll back and halt',
      params: z.object({ exitCode: z.number() }),
      detail: (params) => `exit code ${params.exitCode}`,
      pin: (params, { hosts }) => ({
        step: { type: 'fail-activation', hosts, exitCode: params.exitCode, times: 1 },
      }),
    },
  },
  step: {
    do: 'fail-activation',
    isArmed: true,
    ...settings<FailActivation>({ exitCode: exitCodeSetting, times }),
    words: (action) => `activation fails${timesWords(action.times)}`,
    strikeHost: (world, action, node) => {
      armActivation(world, node, action.times, () => {
        world.fired<ActivationFailsParams>('activation-fails', node.name, { exitCode: action.exitCode });
        return failed(action.exitCode);
      });
    },
  },
  rates: { activationFails: chanceRate('activation-fails', 'Chance that an activation fails') },
  hooks: {
    endWork: (world, rates, node, { kind }) => {
      if (kind !== 'activation' || rates.activationFails === 0) return null;
      if (!world.random(node.name, 'activation').happens(rates.activationFails)) return null;
      const exitCode = drawExitCode(world, node);
      world.fired<ActivationFailsParams>('activation-fails', node.name, { exitCode });
      return failed(exitCode);
    },
  },
};
