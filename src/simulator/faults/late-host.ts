import { z } from 'zod';
import type { RandomStream } from '../random-streams.ts';
import { chanceRate, type FaultKind } from './fault.ts';
import { timeWords } from './words.ts';

const HOUR_MS = 3_600_000;

export interface LateHostParams {
  readonly 'late-host': { readonly joinsAtMs: number };
}

export interface LateHostRates {
  /** Chance that a host joins late, at a time evenly drawn from the hour after the start. */
  readonly joinsLate: number;
}

export const lateHost: FaultKind<LateHostParams, never, LateHostRates> = {
  faults: {
    'late-host': {
      tests: 'a dispatch waits for its host, and a wave waits for its last host',
      also: '`joins` under `hosts`',
      isInHost: ({ joinsAtMs }) => joinsAtMs !== null && joinsAtMs > 0,
      params: z.object({ joinsAtMs: z.number() }),
      detail: ({ joinsAtMs }) => `after ${timeWords(joinsAtMs)}`,
      pin: ({ joinsAtMs }) => ({ host: { joinsAtMs } }),
    },
  },
  step: null,
  rates: { joinsLate: chanceRate('joins-late', 'Chance that a host joins late, in the first hour') },
};

/** When a host joins; `random` gives the host's stream. */
export function whenItJoins(joinsAtMs: number, { joinsLate }: LateHostRates, random: () => RandomStream): number {
  if (joinsLate === 0) return joinsAtMs;
  const stream = random();
  return stream.happens(joinsLate) ? stream.between(1, HOUR_MS) : joinsAtMs;
}
