import { chanceRate, nothing, type FaultKind, type Nothing, type OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** A single request that was duplicated at random, pinned as a step. */
const ONE_MOMENT_MS = 1;

/** Every request of these hosts arrives twice for a while. */
export interface DuplicateMessages extends OnHosts {
  readonly type: 'duplicate-messages';
  readonly forMs: number;
}

export interface RequestDuplicatedParams {
  readonly 'request-duplicated': Nothing;
}

export interface RequestDuplicatedRates {
  /** Chance for each request. */
  readonly requestDuplicated: number;
}

export const requestDuplicated: FaultKind<RequestDuplicatedParams, DuplicateMessages, RequestDuplicatedRates> = {
  faults: {
    'request-duplicated': {
      tests: 'duplicates are recognised',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'duplicate-messages', hosts, forMs: ONE_MOMENT_MS } }),
    },
  },
  step: {
    do: 'duplicate-messages',
    ...settings<DuplicateMessages>({ forMs: required('for', DURATION) }),
    words: ({ forMs }) => `every request arrives twice for ${timeWords(forMs)}`,
    strikeHost: (world, { forMs }, node) => {
      world.armed(node).duplicatedUntilMs = world.now + forMs;
    },
  },
  rates: { requestDuplicated: chanceRate('request-duplicated', 'Chance that a request arrives twice') },
  hooks: {
    // Heartbeats have a separate stream, so that their number changes nothing else.
    duplicatesRequest: (world, { requestDuplicated: chance }, node, kind) =>
      chance > 0 &&
      world.random(node.name, kind === 'heartbeat' ? 'fault:heartbeat-duplicated' : 'loss').happens(chance),
  },
};
