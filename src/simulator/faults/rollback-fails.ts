import { z } from 'zod';
import { chanceRate, drawExitCode, type FaultKind, type OnHosts } from './fault.ts';
import { exitCodeSetting, settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';
import { failed } from '../work.ts';

/** From now on, rollbacks of these hosts fail. */
export interface FailRollback extends OnHosts {
  readonly type: 'fail-rollback';
  readonly exitCode: number;
  readonly times: number | null;
}

export interface RollbackFailsParams {
  readonly 'rollback-fails': { readonly exitCode: number };
}

export interface RollbackFailsRates {
  /** Chance for each rollback. */
  readonly rollbackFails: number;
}

export const rollbackFails: FaultKind<RollbackFailsParams, FailRollback, RollbackFailsRates> = {
  faults: {
    'rollback-fails': {
      tests: 'the host stays Failed, and tries again at its next boot',
      params: z.object({ exitCode: z.number() }),
      detail: (params) => `exit code ${params.exitCode}`,
      pin: (params, { hosts }) => ({ step: { type: 'fail-rollback', hosts, exitCode: params.exitCode, times: 1 } }),
    },
  },
  step: {
    do: 'fail-rollback',
    isArmed: true,
    ...settings<FailRollback>({ exitCode: exitCodeSetting, times }),
    words: (action) => `rollback fails${timesWords(action.times)}`,
    strikeHost: (world, action, node) => {
      world.armed(node).work.push({
        kind: 'rollback',
        closure: null,
        left: action.times ?? Infinity,
        end: () => {
          world.fired<RollbackFailsParams>('rollback-fails', node.name, { exitCode: action.exitCode });
          return failed(action.exitCode);
        },
      });
    },
  },
  rates: { rollbackFails: chanceRate('rollback-fails', 'Chance that a rollback fails') },
  hooks: {
    endWork: (world, rates, node, { kind }) => {
      if (kind !== 'rollback' || rates.rollbackFails === 0) return null;
      if (!world.random(node.name, 'rollback').happens(rates.rollbackFails)) return null;
      const exitCode = drawExitCode(world, node);
      world.fired<RollbackFailsParams>('rollback-fails', node.name, { exitCode });
      return failed(exitCode);
    },
  },
};
