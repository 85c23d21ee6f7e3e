import { z } from 'zod';
import { wholeNumberField } from '../scenario-file/field-types.ts';
import type { FaultKind, FaultWorld, OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** The cache serves `atOnce` hosts at full speed. If more fetch at once, each takes longer. */
export interface SlowCache extends OnHosts {
  readonly type: 'slow-cache';
  /** How long a fetch takes when the cache is not overloaded. */
  readonly fetchMs: number;
  readonly atOnce: number;
  readonly forMs: number;
}

export interface FetchSlowParams {
  readonly 'fetch-slow': { readonly fetchMs: number; readonly hosts: number };
}

export const fetchSlow: FaultKind<FetchSlowParams, SlowCache, object> = {
  faults: {
    'fetch-slow': {
      tests: 'a wave that is too wide for the cache takes longer, and no host fails',
      params: z.object({ fetchMs: z.number(), hosts: z.number() }),
      detail: ({ fetchMs, hosts }) => `${timeWords(fetchMs)}, ${hosts} at once`,
    },
  },
  step: {
    do: 'slow-cache',
    isArmed: true,
    ...settings<SlowCache>({
      fetchMs: required('fetch', DURATION, 'How long a fetch takes when the cache is not overloaded'),
      atOnce: required(
        'at-once',
        { schema: wholeNumberField(1, 1_000_000), write: (value) => value },
        'How many hosts may fetch at once before fetches slow down',
      ),
      forMs: required('for', DURATION),
    }),
    words: ({ fetchMs, atOnce, forMs }) =>
      `fetching takes ${timeWords(fetchMs)} longer, and more if over ${atOnce} hosts fetch at once, for ${timeWords(forMs)}`,
    strikeHost: (world, { fetchMs: shareMs, atOnce, forMs }, node) => {
      world.armed(node).delays.push({
        kind: 'activation',
        untilMs: world.now + forMs,
        left: Infinity,
        extraMs: () => {
          const hosts = activating(world);
          const fetchMs = Math.round(shareMs * Math.max(1, hosts / atOnce));
          world.fired<FetchSlowParams>('fetch-slow', node.name, { fetchMs, hosts });
          return fetchMs;
        },
      });
    },
  },
  rates: {},
};

/** How many hosts fetch or switch now. */
function activating({ nodes }: FaultWorld): number {
  let count = 0;
  for (const { work } of nodes) if (work?.kind === 'activation') count += 1;
  return count;
}
