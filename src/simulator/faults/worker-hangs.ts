import { z } from 'zod';
import { chanceRate, type FaultKind, type OnHosts } from './fault.ts';
import { DURATION, required, settings, times } from './step-settings.ts';
import { timesWords, timeWords } from './words.ts';

const MIN_EXTRA_MS = 60_000;
const MAX_EXTRA_MS = 30 * 60_000;

/** From now on, activations of these hosts take longer. */
export interface HangWorker extends OnHosts {
  readonly type: 'hang-worker';
  readonly extraMs: number;
  readonly times: number | null;
}

export interface WorkerHangsParams {
  readonly 'worker-hangs': { readonly extraMs: number };
}

export interface WorkerHangsRates {
  /** Chance for each activation. */
  readonly workerHangs: number;
}

export const workerHangs: FaultKind<WorkerHangsParams, HangWorker, WorkerHangsRates> = {
  faults: {
    'worker-hangs': {
      tests: 'a late report for a superseded rollout; one switch at a time',
      params: z.object({ extraMs: z.number() }),
      detail: ({ extraMs }) => timeWords(extraMs),
      pin: ({ extraMs }, { hosts }) => ({ step: { type: 'hang-worker', hosts, extraMs, times: 1 } }),
    },
  },
  step: {
    do: 'hang-worker',
    isArmed: true,
    ...settings<HangWorker>({ extraMs: required('extra', DURATION, 'How much longer an activation takes'), times }),
    words: ({ extraMs, times: most }) => `activation takes ${timeWords(extraMs)} longer${timesWords(most)}`,
    strikeHost: (world, { extraMs, times: most }, node) => {
      world.armed(node).delays.push({
        kind: 'activation',
        untilMs: Infinity,
        left: most ?? Infinity,
        extraMs: () => {
          world.fired<WorkerHangsParams>('worker-hangs', node.name, { extraMs });
          return extraMs;
        },
      });
    },
  },
  rates: { workerHangs: chanceRate('worker-hangs', 'Chance that an activation takes up to half an hour longer') },
  hooks: {
    delaysWork: (world, rates, node, { kind }) => {
      if (kind !== 'activation' || rates.workerHangs === 0) return 0;
      const random = world.random(node.name, 'fault:worker-hangs');
      if (!random.happens(rates.workerHangs)) return 0;
      const extraMs = random.between(MIN_EXTRA_MS, MAX_EXTRA_MS);
      world.fired<WorkerHangsParams>('worker-hangs', node.name, { extraMs });
      return extraMs;
    },
  },
};
