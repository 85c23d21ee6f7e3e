import { BOUNCED } from '../network.ts';
import { chanceRate, nothing, type FaultKind, type Nothing, type OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** A single request that a proxy answered at random, pinned as a step. */
const ONE_MOMENT_MS = 1;

/** An intermediary, such as a proxy or a rate limiter, answers the requests of these hosts with a 4xx of its own. */
export interface BounceRequests extends OnHosts {
  readonly type: 'bounce-requests';
  readonly forMs: number;
}

export interface RequestBouncedParams {
  readonly 'request-bounced': Nothing;
}

export interface RequestBouncedRates {
  /** Chance for each request. */
  readonly requestBounced: number;
}

export const requestBounced: FaultKind<RequestBouncedParams, BounceRequests, RequestBouncedRates> = {
  faults: {
    'request-bounced': {
      tests: 'a 4xx from a proxy is not a refusal: the event is sent again',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'bounce-requests', hosts, forMs: ONE_MOMENT_MS } }),
    },
  },
  step: {
    do: 'bounce-requests',
    ...settings<BounceRequests>({ forMs: required('for', DURATION) }),
    words: ({ forMs }) => `a proxy answers every request with a 4xx for ${timeWords(forMs)}`,
    strikeHost: (world, { forMs }, node) => {
      world.armed(node).links.push({
        untilMs: world.now + forMs,
        isCut: true,
        pass: (what, delayMs) => {
          if (what === 'answer') return delayMs;
          world.fired<RequestBouncedParams>('request-bounced', node.name, {});
          return BOUNCED;
        },
      });
    },
  },
  rates: {
    requestBounced: chanceRate('request-bounced', 'Chance that a proxy answers a request with a 4xx'),
  },
  hooks: {
    bouncesRequest: (world, rates, node) => {
      if (rates.requestBounced === 0) return false;
      if (!world.random(node.name, 'fault:request-bounced').happens(rates.requestBounced)) return false;
      world.fired<RequestBouncedParams>('request-bounced', node.name, {});
      return true;
    },
  },
};
