import type { Outcome, Tally } from '../simulator/index.ts';
import { quantileOf, type Quantile } from './quantile.ts';

/** What many runs say about one wave. */
export interface WaveForecast {
  readonly rolloutId: string;
  readonly wave: number;
  /** When it finished, since the start; `null` if there are too few runs for this quantile. */
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
  /** In how many runs it never finished. */
  readonly never: number;
}

/** The results of many runs of one plan. */
export interface Forecast {
  readonly runs: number;
  readonly firstSeed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly waves: readonly WaveForecast[];
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
}

/** The forecast from a tally of runs with consecutive seeds. */
export function forecastOf(tally: Tally, firstSeed: number): Forecast {
  const runsOf = (outcome: Outcome): number => tally.outcomes.get(outcome) ?? 0;
  return {
    runs: tally.runs,
    firstSeed,
    outcomes: {
      terminal: runsOf('terminal'),
      'not-terminal': runsOf('not-terminal'),
      'invariant-broken': runsOf('invariant-broken'),
    },
    waves: tally.waves.map(({ rolloutId, wave, ended, never }) => ({
      rolloutId,
      wave,
      p50: quantileOf(ended, 0.5),
      p95: quantileOf(ended, 0.95),
      never,
    })),
    p50: quantileOf(tally.finished, 0.5),
    p95: quantileOf(tally.finished, 0.95),
  };
}
