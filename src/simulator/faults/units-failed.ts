import { z } from 'zod';
import { wholeNumberField } from '../scenario-file/field-types.ts';
import { completed } from '../work.ts';
import { armActivation, chanceRate, type FaultKind, type OnHosts } from './fault.ts';
import { optionalSetting, settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';

/** The exit code of `switch-to-configuration` if the system was switched but some units failed. */
const UNITS_FAILED_EXIT_CODE = 4;

/** From now on activations of these hosts complete with the exit code for failed units. */
export interface SwitchWithFailedUnits extends OnHosts {
  readonly type: 'switch-with-failed-units';
  readonly exitCode: number;
  readonly times: number | null;
}

export interface UnitsFailedParams {
  readonly 'units-failed': { readonly exitCode: number };
}

export interface UnitsFailedRates {
  /** Chance for each activation. */
  readonly unitsFailed: number;
}

export const unitsFailed: FaultKind<UnitsFailedParams, SwitchWithFailedUnits, UnitsFailedRates> = {
  faults: {
    'units-failed': {
      tests: 'an activation that completed has not failed, whatever its exit code',
      params: z.object({ exitCode: z.number() }),
      detail: ({ exitCode }) => `exit code ${exitCode}`,
      pin: ({ exitCode }, { hosts }) => ({ step: { type: 'switch-with-failed-units', hosts, exitCode, times: 1 } }),
    },
  },
  step: {
    do: 'switch-with-failed-units',
    isArmed: true,
    ...settings<SwitchWithFailedUnits>({
      exitCode: optionalSetting<number>(
        'exit-code',
        { schema: wholeNumberField(1, 255), write: (value) => value },
        UNITS_FAILED_EXIT_CODE,
        `Exit code (default: ${UNITS_FAILED_EXIT_CODE})`,
      ),
      times,
    }),
    words: ({ exitCode, times: most }) => `activation completes with exit code ${exitCode}${timesWords(most)}`,
    strikeHost: (world, { exitCode, times: most }, node) => {
      armActivation(world, node, most, ({ closure }) => {
        world.fired<UnitsFailedParams>('units-failed', node.name, { exitCode });
        return completed(closure, exitCode);
      });
    },
  },
  rates: {
    unitsFailed: chanceRate('units-failed', 'Chance that an activation completes with failed units'),
  },
  hooks: {
    endWork: (world, rates, node, { kind, closure }) => {
      if (kind !== 'activation' || rates.unitsFailed === 0) return null;
      if (!world.random(node.name, 'fault:units-failed').happens(rates.unitsFailed)) return null;
      world.fired<UnitsFailedParams>('units-failed', node.name, { exitCode: UNITS_FAILED_EXIT_CODE });
      return completed(closure, UNITS_FAILED_EXIT_CODE);
    },
  },
};
