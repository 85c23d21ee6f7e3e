import { chanceRate, nothing, type FaultKind, type Nothing, type OnHosts } from './fault.ts';
import { settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';

/** From now on, a boot of these hosts into another closure comes up on the previous one. */
export interface FallBackAtBoot extends OnHosts {
  readonly type: 'fall-back-at-boot';
  readonly times: number | null;
}

export interface BootFallsBackParams {
  readonly 'boot-falls-back': Nothing;
}

export interface BootFallsBackRates {
  /** Chance for each boot into another closure. */
  readonly bootFallsBack: number;
}

export const bootFallsBack: FaultKind<BootFallsBackParams, FallBackAtBoot, BootFallsBackRates> = {
  faults: {
    'boot-falls-back': {
      tests: 'a deferred activation fails if the reboot comes up on the old closure',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'fall-back-at-boot', hosts, times: 1 } }),
    },
  },
  step: {
    do: 'fall-back-at-boot',
    isArmed: true,
    ...settings<FallBackAtBoot>({ times }),
    words: (action) => `boots come up on the previous closure${timesWords(action.times)}`,
    strikeHost: (world, action, node) => {
      world.armed(node).boots.push({
        left: action.times ?? Infinity,
        report: () => world.fired<BootFallsBackParams>('boot-falls-back', node.name, {}),
      });
    },
  },
  rates: {
    bootFallsBack: chanceRate(
      'boot-falls-back',
      'Chance that a boot into another closure comes up on the previous one',
    ),
  },
  hooks: {
    fallsBack: (world, rates, node) => {
      if (rates.bootFallsBack === 0) return false;
      if (!world.random(node.name, 'fault:boot-falls-back').happens(rates.bootFallsBack)) return false;
      world.fired<BootFallsBackParams>('boot-falls-back', node.name, {});
      return true;
    },
  },
};
