import { nothing, onControlPlanePerHour, ratePerHour, type FaultKind, type FaultWorld, type Nothing } from './fault.ts';
import { down, settings } from './step-settings.ts';
import { lastingWords } from './words.ts';

/** The control plane comes back with an empty database. */
export interface LoseDatabase {
  readonly type: 'lose-database';
  readonly downMs: number | null;
}

export interface DatabaseLostParams {
  readonly 'database-lost': Nothing;
}

export interface DatabaseLostRates {
  readonly databaseLossesPerHour: number;
}

export const databaseLost: FaultKind<DatabaseLostParams, LoseDatabase, DatabaseLostRates> = {
  faults: {
    'database-lost': {
      tests: 'recovery from nothing: heartbeats restore everything, including quarantines',
      params: nothing,
      pin: () => ({ step: { type: 'lose-database', downMs: null } }),
    },
  },
  step: {
    do: 'lose-database',
    ...settings<LoseDatabase>({ downMs: down('down') }),
    words: ({ downMs }) => `control plane: its database is lost${lastingWords(', down for', downMs)}`,
    strike: (world, { downMs }) => lose(world, downMs),
  },
  rates: {
    databaseLossesPerHour: ratePerHour('database-losses-per-hour', 'Database losses per hour'),
  },
  hooks: onControlPlanePerHour(
    ({ databaseLossesPerHour }) => databaseLossesPerHour,
    'database',
    (world) => lose(world, null),
  ),
};

function lose(world: FaultWorld, downMs: number | null): void {
  if (!world.isControlPlaneUp) return;
  world.fired<DatabaseLostParams>('database-lost', null, {});
  world.stopControlPlane(downMs, 'lost');
}
