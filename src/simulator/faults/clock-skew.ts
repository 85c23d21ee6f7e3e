import { z } from 'zod';
import { duration, number } from '../scenario-file/field-types.ts';
import { writeDuration } from '../../text/index.ts';
import { MS, PPM } from '../scenario-file/fields.ts';
import type { RandomStream } from '../random-streams.ts';
import { rate, type FaultKind, type OnHosts } from './fault.ts';
import { timeWords } from './words.ts';

/** The clocks of these hosts are set. */
export interface SetClock extends OnHosts {
  readonly type: 'set-clock';
  readonly skewMs: number;
  readonly driftPpm: number;
}

export interface ClockSkewParams {
  readonly 'clock-skew': { readonly skewMs: number; readonly driftPpm: number };
}

export interface ClockSkewRates {
  /** Clocks are ahead or behind by up to this, and drift by up to this, evenly drawn for each host. */
  readonly clockSkewMs: number;
  readonly clockDriftPpm: number;
}

export const clockSkew: FaultKind<ClockSkewParams, SetClock, ClockSkewRates> = {
  faults: {
    'clock-skew': {
      tests: 'soaks timed by clocks that disagree',
      rates: ['clockSkewMs', 'clockDriftPpm'],
      also: '`clock` and `drift-ppm` under `hosts`',
      isInHost: ({ clockSkewMs, clockDriftPpm }) => clockSkewMs !== 0 || clockDriftPpm !== 0,
      params: z.object({ skewMs: z.number(), driftPpm: z.number() }),
      detail: ({ skewMs, driftPpm }) => `${skewMs} ms, ${driftPpm} ppm`,
      pin: ({ skewMs, driftPpm }, { hosts, atMs }) =>
        atMs === 0
          ? { host: { clockSkewMs: skewMs, clockDriftPpm: driftPpm } }
          : { step: { type: 'set-clock', hosts, skewMs, driftPpm } },
    },
  },
  step: {
    do: 'set-clock',
    isOnHosts: true,
    isArmed: false,
    shape: {
      ahead: duration.optional(),
      behind: duration.optional(),
      'drift-ppm': number(-100_000, 100_000, 'millionths').optional(),
    },
    read: (given) => {
      // Each came out of its schema above.
      const { ahead = 0, behind = 0, 'drift-ppm': driftPpm = 0 } = given as Partial<Record<string, number>>;
      // No negative zero, which JSON would not keep.
      return { skewMs: behind === 0 ? ahead : -behind, driftPpm };
    },
    write: ({ skewMs, driftPpm }) => ({
      ahead: skewMs > 0 ? writeDuration(skewMs) : undefined,
      behind: skewMs < 0 ? writeDuration(-skewMs) : undefined,
      'drift-ppm': driftPpm === 0 ? undefined : driftPpm,
    }),
    faults: () => ['clock-skew'],
    words: ({ skewMs, driftPpm }) => {
      const skew = skewMs === 0 ? 'right' : `${timeWords(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`;
      return `clock is ${skew}${driftPpm === 0 ? '' : `, and drifts by ${driftPpm} ppm`}`;
    },
    strike: (world, { skewMs, driftPpm }, node) => {
      if (node === null) return;
      node.clock = node.clock.set(world.now, skewMs, driftPpm);
      world.fired<ClockSkewParams>('clock-skew', node.name, { skewMs, driftPpm });
    },
  },
  rates: {
    clockSkewMs: rate('clock-skew', MS, 0, 'How far clocks may be ahead or behind'),
    clockDriftPpm: rate('clock-drift-ppm', PPM, 0, 'How much clocks may drift, in parts per million'),
  },
  hooks: {},
};

/** How far a clock is off that begins as `host` says; `random` gives the host's stream. */
export function clockErrors(
  host: ClockSkewRates,
  { clockSkewMs, clockDriftPpm }: ClockSkewRates,
  random: () => RandomStream,
): ClockSkewParams['clock-skew'] {
  let { clockSkewMs: skewMs, clockDriftPpm: driftPpm } = host;
  if (clockSkewMs > 0) skewMs += random().between(-clockSkewMs, clockSkewMs);
  if (clockDriftPpm > 0) driftPpm += random().between(-clockDriftPpm, clockDriftPpm);
  return { skewMs, driftPpm };
}
