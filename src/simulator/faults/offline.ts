import { z } from 'zod';
import type { SimulatedHost } from '../simulated-host.ts';
import { chanceRate, type FaultHooks, type FaultKind, type FaultWorld, type OnHosts } from './fault.ts';
import { lasting, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

const HOUR_MS = 3_600_000;

/** The machine is off for `forMs`; `null` for good. */
export interface TakeOffline extends OnHosts {
  readonly type: 'take-offline';
  readonly forMs: number | null;
}

export interface OfflineParams {
  readonly offline: { readonly forMs: number | null };
}

export interface OfflineRates {
  /** Chance that a host goes offline for good, at a time evenly drawn from the hour after the start. */
  readonly offlineForGood: number;
}

const hooks: FaultHooks<OfflineRates> = {
  beginHost: (world, { offlineForGood }, node) => {
    if (offlineForGood === 0) return;
    const random = world.random(node.name, 'offline');
    if (random.happens(offlineForGood)) world.arrange(hooks, node, random.between(0, HOUR_MS));
  },
  strikeByChance: (world, _rates, node) => {
    if (node !== null) switchOff(world, node, null);
  },
};

export const offline: FaultKind<OfflineParams, TakeOffline, OfflineRates> = {
  faults: {
    offline: {
      tests: 'one dead host blocks others, and the report says which',
      params: z.object({ forMs: z.number().nullable() }),
      detail: ({ forMs }) => (forMs === null ? 'for good' : `for ${timeWords(forMs)}`),
      pin: (_params, { hosts }) => ({ step: { type: 'take-offline', hosts, forMs: null } }),
    },
  },
  step: {
    do: 'take-offline',
    ...settings<TakeOffline>({ forMs: lasting('How long it lasts (default: for good)') }),
    words: ({ forMs }) => `offline ${forMs === null ? 'for good' : `for ${timeWords(forMs)}`}`,
    strikeHost: (world, { forMs }, node) => switchOff(world, node, forMs),
  },
  rates: {
    offlineForGood: chanceRate('offline-for-good', 'Chance that a host goes offline for good in the first hour'),
  },
  hooks,
};

function switchOff(world: FaultWorld, node: SimulatedHost, forMs: number | null): void {
  if (!node.isOn) return;
  world.fired<OfflineParams>('offline', node.name, { forMs });
  node.powerOff(forMs, world.losesTail(node));
}
