import { z } from 'zod';
import { SPAN } from '../scenario-file/fields.ts';
import type { Span } from '../span.ts';
import { chanceRate, rate, type FaultKind, type OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** Every message to and from these hosts takes `extraMs` longer, each way. */
export interface SlowLink extends OnHosts {
  readonly type: 'slow-link';
  readonly extraMs: number;
  readonly forMs: number;
}

export interface SlowLinkParams {
  readonly 'slow-link': { readonly extraMs: number };
}

export interface SlowLinkRates {
  /** Chance that a host has a slow link for the whole run, and its extra latency, one way. */
  readonly slowLink: number;
  readonly slowLinkExtra: Span;
}

export const slowLink: FaultKind<SlowLinkParams, SlowLink, SlowLinkRates> = {
  faults: {
    'slow-link': {
      tests: 'ordering and timeouts when answers are late',
      params: z.object({ extraMs: z.number() }),
      detail: ({ extraMs }) => timeWords(extraMs),
      pin: ({ extraMs }, { hosts, untilMs }) => ({ step: { type: 'slow-link', hosts, extraMs, forMs: untilMs } }),
    },
  },
  step: {
    do: 'slow-link',
    ...settings<SlowLink>({
      extraMs: required('extra', DURATION, 'Extra latency of each message, one way'),
      forMs: required('for', DURATION),
    }),
    words: ({ extraMs, forMs }) => `messages take ${timeWords(extraMs)} longer each way, for ${timeWords(forMs)}`,
    strikeHost: (world, { extraMs, forMs }, node) => {
      world.armed(node).links.push({
        untilMs: world.now + forMs,
        isCut: false,
        pass: (_what, delayMs) => delayMs + extraMs,
      });
      world.fired<SlowLinkParams>('slow-link', node.name, { extraMs });
    },
  },
  rates: {
    slowLink: chanceRate('slow-link', 'Chance that a host has a slow link for the whole run'),
    slowLinkExtra: rate(
      'slow-link-extra',
      SPAN,
      Object.freeze({ minMs: 500, maxMs: 5000 }),
      'Extra latency of a slow link, one way',
    ),
  },
  hooks: {
    beginHost: (world, rates, node) => {
      if (rates.slowLink === 0 || !world.random(node.name, 'link').happens(rates.slowLink)) return;
      node.slowLinkMs = world.draw(rates.slowLinkExtra, node.name, 'link');
      world.fired<SlowLinkParams>('slow-link', node.name, { extraMs: node.slowLinkMs });
    },
  },
};
