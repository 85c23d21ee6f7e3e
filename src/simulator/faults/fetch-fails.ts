import { failed, FAILED_EXIT_CODE } from '../work.ts';
import { nothing, type FaultKind, type Nothing, type OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** The cache is down: activations of these hosts that end meanwhile could not fetch the closure, and fail. */
export interface BreakCache extends OnHosts {
  readonly type: 'break-cache';
  readonly forMs: number;
}

export interface FetchFailsParams {
  readonly 'fetch-fails': Nothing;
}

export const fetchFails: FaultKind<FetchFailsParams, BreakCache, object> = {
  faults: {
    'fetch-fails': {
      tests: 'a cache outage fails hosts, but does not quarantine a good closure for ever',
      params: nothing,
    },
  },
  step: {
    do: 'break-cache',
    isArmed: true,
    ...settings<BreakCache>({ forMs: required('for', DURATION) }),
    words: ({ forMs }) => `fetching fails for ${timeWords(forMs)}`,
    strikeHost: (world, { forMs }, node) => {
      world.armed(node).work.push({
        kind: 'activation',
        closure: null,
        left: Infinity,
        untilMs: world.now + forMs,
        end: () => {
          world.fired<FetchFailsParams>('fetch-fails', node.name, {});
          return failed(FAILED_EXIT_CODE);
        },
      });
    },
  },
  rates: {},
};
