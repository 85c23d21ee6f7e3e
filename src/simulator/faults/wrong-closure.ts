import { z } from 'zod';
import { armActivation, chanceRate, type FaultKind, type OnHosts } from './fault.ts';
import { NAME, required, settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';
import { completed } from '../work.ts';

/** From now on, activations of these hosts end with this closure running instead of the target. */
export interface MisreportClosure extends OnHosts {
  readonly type: 'wrong-closure';
  readonly closure: string;
  readonly times: number | null;
}

export interface WrongClosureParams {
  readonly 'wrong-closure': { readonly closure: string };
}

export interface WrongClosureRates {
  /** Chance for each activation. */
  readonly wrongClosure: number;
}

export const wrongClosure: FaultKind<WrongClosureParams, MisreportClosure, WrongClosureRates> = {
  faults: {
    'wrong-closure': {
      tests: 'no host converges on the wrong closure',
      params: z.object({ closure: z.string() }),
      detail: ({ closure }) => closure,
      pin: ({ closure }, { hosts }) => ({ step: { type: 'wrong-closure', hosts, closure, times: 1 } }),
    },
  },
  step: {
    do: 'wrong-closure',
    isArmed: true,
    ...settings<MisreportClosure>({ closure: required('closure', NAME), times }),
    words: (action) => `activation ends with ${action.closure} running instead${timesWords(action.times)}`,
    strikeHost: (world, { closure, times: most }, node) => {
      armActivation(world, node, most, () => {
        world.fired<WrongClosureParams>('wrong-closure', node.name, { closure });
        return completed(closure);
      });
    },
  },
  rates: {
    wrongClosure: chanceRate('wrong-closure', 'Chance that an activation ends with another closure running'),
  },
  hooks: {
    endWork: (world, rates, node, work) => {
      if (work.kind !== 'activation' || rates.wrongClosure === 0) return null;
      if (!world.random(node.name, 'activation').happens(rates.wrongClosure)) return null;
      const closure = `${work.closure}-wrong`;
      world.fired<WrongClosureParams>('wrong-closure', node.name, { closure });
      return completed(closure);
    },
  },
};
