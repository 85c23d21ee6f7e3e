import { z } from 'zod';
import { LOST } from '../network.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import { chanceRate, nothing, type FaultKind, type FaultWorld, type Nothing, type OnHosts } from './fault.ts';
import { DURATION, optionalSetting, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** A single message that was lost at random, pinned as a step. */
const ONE_MOMENT_MS = 1;

type Lost = 'requests' | 'answers' | 'both';

/** Requests of these hosts are lost, or their answers, for a while. */
export interface LoseMessages extends OnHosts {
  readonly type: 'lose-messages';
  readonly what: Lost;
  readonly forMs: number;
}

export interface MessagesLostParams {
  readonly 'request-lost': Nothing;
  readonly 'answer-lost': Nothing;
}

export interface MessagesLostRates {
  /** Chances for each message. */
  readonly requestLost: number;
  readonly answerLost: number;
}

export const messagesLost: FaultKind<MessagesLostParams, LoseMessages, MessagesLostRates> = {
  faults: {
    'request-lost': {
      tests: 'events are sent again with the same number',
      rates: ['requestLost'],
      params: nothing,
      pin: (_params, { hosts }) => ({
        step: { type: 'lose-messages', hosts, what: 'requests', forMs: ONE_MOMENT_MS },
      }),
    },
    'answer-lost': {
      tests: 'duplicates are recognised',
      rates: ['answerLost'],
      params: nothing,
      pin: (_params, { hosts }) => ({
        step: { type: 'lose-messages', hosts, what: 'answers', forMs: ONE_MOMENT_MS },
      }),
    },
  },
  step: {
    do: 'lose-messages',
    ...settings<LoseMessages>({
      what: optionalSetting<Lost>(
        'what',
        {
          schema: z.enum(['requests', 'answers', 'both'], { error: 'expected requests, answers or both' }),
          write: (value) => value,
        },
        'both',
      ),
      forMs: required('for', DURATION),
    }),
    faults: ({ what }) =>
      what === 'both' ? ['request-lost', 'answer-lost'] : [what === 'requests' ? 'request-lost' : 'answer-lost'],
    words: ({ what, forMs }) => `${what === 'both' ? 'requests and answers' : what} are lost for ${timeWords(forMs)}`,
    strikeHost: (world, { what: lost, forMs }, node) => {
      world.armed(node).links.push({
        untilMs: world.now + forMs,
        isCut: true,
        pass: (what, delayMs) => {
          if (lost !== 'both' && lost !== `${what}s`) return delayMs;
          reportLoss(world, node, what);
          return LOST;
        },
      });
    },
  },
  rates: {
    requestLost: chanceRate('request-lost', 'Chance that a request is lost'),
    answerLost: chanceRate('answer-lost', 'Chance that an answer is lost'),
  },
  hooks: {
    losesMessage: (world, { requestLost, answerLost }, node, what) => {
      const chance = what === 'request' ? requestLost : answerLost;
      if (chance === 0 || !world.random(node.name, 'loss').happens(chance)) return false;
      reportLoss(world, node, what);
      return true;
    },
  },
};

function reportLoss(world: FaultWorld, { name }: SimulatedHost, what: 'request' | 'answer'): void {
  world.fired<MessagesLostParams>(what === 'request' ? 'request-lost' : 'answer-lost', name, {});
}
