import { duration, number } from '../scenario-file/field-types.ts';
import { writeDuration } from '../../text/index.ts';
import { timeWords } from './words.ts';

/** How far a clock is ahead of true time (negative: behind), and how much faster it runs. */
export interface ClockError {
  readonly skewMs: number;
  readonly driftPpm: number;
}

/** Schema, reading and writing of the settings of a step that sets a clock. @internal */
export const CLOCK_SETTINGS = {
  shape: {
    ahead: duration.optional(),
    behind: duration.optional(),
    'drift-ppm': number(-100_000, 100_000, 'millionths').optional(),
  },
  read: (given: Readonly<Record<string, unknown>>): ClockError => {
    // Each came out of its schema above.
    const { ahead = 0, behind = 0, 'drift-ppm': driftPpm = 0 } = given as Partial<Record<string, number>>;
    // No negative zero, which JSON would not keep.
    return { skewMs: behind === 0 ? ahead : -behind, driftPpm };
  },
  write: ({ skewMs, driftPpm }: ClockError): Readonly<Record<string, unknown>> => ({
    ahead: skewMs > 0 ? writeDuration(skewMs) : undefined,
    behind: skewMs < 0 ? writeDuration(-skewMs) : undefined,
    'drift-ppm': driftPpm === 0 ? undefined : driftPpm,
  }),
};

export const clockWords = (error: ClockError): string => `clock is ${clockDetail(error)}`;

export function clockDetail({ skewMs, driftPpm }: ClockError): string {
  const skew = skewMs === 0 ? 'right' : `${timeWords(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`;
  return `${skew}${driftPpm === 0 ? '' : `, and drifts by ${driftPpm} ppm`}`;
}
