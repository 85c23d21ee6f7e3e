import type { SimulatedHost } from '../simulated-host.ts';
import type { Work, WorkResult } from '../work.ts';
import { chanceRate, nothing, type FaultKind, type FaultWorld, type Nothing, type OnHosts } from './fault.ts';
import { settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';

/** From now on, rollbacks of these hosts report success but change nothing. */
export interface LieAboutRollback extends OnHosts {
  readonly type: 'lie-about-rollback';
  readonly times: number | null;
}

export interface RollbackLiesParams {
  readonly 'rollback-lies': Nothing;
}

export interface RollbackLiesRates {
  /** Chance for each rollback. */
  readonly rollbackLies: number;
}

export const rollbackLies: FaultKind<RollbackLiesParams, LieAboutRollback, RollbackLiesRates> = {
  faults: {
    'rollback-lies': {
      tests: 'a host is reported as Reverted, but still runs the failed closure',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'lie-about-rollback', hosts, times: 1 } }),
    },
  },
  step: {
    do: 'lie-about-rollback',
    isArmed: true,
    ...settings<LieAboutRollback>({ times }),
    words: (action) => `rollback reports success and changes nothing${timesWords(action.times)}`,
    strikeHost: (world, action, node) => {
      const end = (work: Work): WorkResult => lie(world, node, work);
      world.armed(node).work.push({ kind: 'rollback', closure: null, left: action.times ?? Infinity, end });
    },
  },
  rates: {
    rollbackLies: chanceRate('rollback-lies', 'Chance that a rollback reports success and changes nothing'),
  },
  hooks: {
    endWork: (world, rates, node, work) => {
      if (work.kind !== 'rollback' || rates.rollbackLies === 0) return null;
      return world.random(node.name, 'fault:rollback-lies').happens(rates.rollbackLies) ? lie(world, node, work) : null;
    },
  },
};

function lie(world: FaultWorld, node: SimulatedHost, { closure }: Work): WorkResult {
  world.fired<RollbackLiesParams>('rollback-lies', node.name, {});
  return { type: 'completed', closure: node.closure, reported: closure, exitCode: 0 };
}
