import { z } from 'zod';
import { MS, PPM } from '../scenario-file/fields.ts';
import type { RandomStream } from '../random-streams.ts';
import { CLOCK_SETTINGS, clockDetail, clockWords, type ClockError } from './clock-settings.ts';
import { rate, type FaultKind, type OnHosts } from './fault.ts';

/** The clocks of these hosts are set. */
export interface SetClock extends OnHosts, ClockError {
  readonly type: 'set-clock';
}

export interface ClockSkewParams {
  readonly 'clock-skew': ClockError;
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
      also: '`clock` and `drift-ppm` under `hosts`',
      isInHost: ({ clockSkewMs, clockDriftPpm }) => clockSkewMs !== 0 || clockDriftPpm !== 0,
      params: z.object({ skewMs: z.number(), driftPpm: z.number() }),
      detail: clockDetail,
      pin: ({ skewMs, driftPpm }, { hosts, atMs }) =>
        atMs === 0
          ? { host: { clockSkewMs: skewMs, clockDriftPpm: driftPpm } }
          : { step: { type: 'set-clock', hosts, skewMs, driftPpm } },
    },
  },
  step: {
    do: 'set-clock',
    ...CLOCK_SETTINGS,
    words: clockWords,
    strikeHost: (world, { skewMs, driftPpm }, node) => {
      node.setClock(skewMs, driftPpm);
      world.fired<ClockSkewParams>('clock-skew', node.name, { skewMs, driftPpm });
    },
  },
  rates: {
    clockSkewMs: rate('clock-skew', MS, 0, 'How far clocks may be ahead or behind'),
    clockDriftPpm: rate('clock-drift-ppm', PPM, 0, 'How much clocks may drift, in parts per million'),
  },
};

/** The error of a clock that starts with `host`'s; `random` gives the host's stream. */
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
