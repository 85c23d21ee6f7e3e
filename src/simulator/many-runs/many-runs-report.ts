import { RULES } from '../coverage/index.ts';
import { Page, type Cell, type PageFormat } from '../report/page.ts';
import { neverOccurred } from '../report/result-report.ts';
import { count, formatCount, formatDuration, shortName } from '../../text/index.ts';
import type { Outcome } from '../run.ts';
import type { Distribution } from './distribution.ts';
import { coverageRows } from './coverage-report.ts';
import { percent } from './percent.ts';
import type { FaultStateTally, FaultTally, RuleTally, RunTally } from './tally.ts';

const SHARES = [0.5, 0.95, 0.99] as const;
const MOST_SEEDS = 10;
const FEWEST_FOR_ALL = 100;
const OUTCOMES: readonly Outcome[] = ['terminal', 'not-terminal', 'invariant-broken'];

/**
 * The report of many runs for a terminal.
 *
 * @param expected the expected outcome of each run; `null` for any that keeps the invariants
 */
export function manyRunsReport(
  tally: RunTally,
  firstSeed: number,
  expected: Outcome | null,
  format: PageFormat,
): string {
  const page = new Page(format);
  page.title(`${count(tally.runs, 'run')}, seeds ${firstSeed} to ${firstSeed + tally.runs - 1}`);
  page.line(
    expected === null
      ? 'Any outcome will do: a run fails if it breaks an invariant.'
      : `A run fails if it breaks an invariant, or has an outcome other than ${expected}.`,
    'quiet',
    2,
  );
  page.title('Outcomes');
  page.rows(
    OUTCOMES.filter((outcome) => tally.outcomes.has(outcome)).map((outcome) => {
      const runs = tally.outcomes.get(outcome) ?? 0;
      return [
        { text: outcome, tone: toneOf(outcome, expected) },
        right(formatCount(runs)),
        { text: percent(runs / tally.runs) },
      ];
    }),
  );
  page.title('Time until each wave was done');
  page.rows([
    ['rollout', 'wave', 'p50', 'p95', 'p99', 'never'].map((text) => ({ text, tone: 'quiet' })),
    ...tally.waves.map(({ rolloutId, wave, ended, never }): readonly Cell[] => [
      { text: shortName(rolloutId) },
      right(String(wave)),
      ...SHARES.map((share) => right(shownTime(ended, share))),
      { text: never === 0 ? '' : percent(never / tally.runs), tone: 'warn' },
    ]),
    [
      { text: 'all Terminal' },
      { text: '' },
      ...SHARES.map((share) => right(shownTime(tally.finished, share))),
      { text: '' },
    ],
  ]);
  page.line('times are rounded up, by less than 1 %', 'quiet', 2);
  if (tally.runs < FEWEST_FOR_ALL) page.line(`p95 needs 20 finished runs, p99 needs ${FEWEST_FOR_ALL}`, 'quiet', 2);
  faultRows(tally, page);
  failingRows(tally, page);
  coverageRows(tally, page);
  return page.text;
}

function toneOf(outcome: Outcome, expected: Outcome | null): 'good' | 'bad' | 'plain' {
  if (outcome === 'invariant-broken') return 'bad';
  return expected === null ? 'plain' : outcome === expected ? 'good' : 'bad';
}

function faultRows({ faults, runs }: RunTally, page: Page): void {
  const shown = [...faults].filter(([, { count: times, askedFor }]) => times > 0 || askedFor);
  if (shown.length === 0) return;
  page.title('Faults');
  page.rows(
    shown.map(([fault, tally]): readonly Cell[] => [
      { text: fault },
      right(formatCount(tally.count)),
      tally.count === 0
        ? { text: neverOccurred(fault), tone: 'warn' }
        : { text: `in ${percent(tally.runs / runs)} of the runs` },
    ]),
  );
}

function failingRows({ failing, failingSeeds }: RunTally, page: Page): void {
  page.title('Failing runs');
  if (failing === 0) {
    page.line('None.', 'good', 2);
    return;
  }
  page.rows(
    failingSeeds
      .slice(0, MOST_SEEDS)
      .map(({ seed, what, message }): readonly Cell[] => [
        right(`--seed ${seed}`),
        { text: what, tone: 'bad' },
        { text: message },
      ]),
  );
  if (failing > MOST_SEEDS) page.line(`and ${formatCount(failing - MOST_SEEDS)} more`, 'quiet', 2);
}

/**
 * Many runs as JSON. Times are milliseconds of simulated time. Percentiles are up to 1/1024 too large, and `null` for
 * too few runs.
 */
export interface ManyRunsJson {
  readonly format: 'nixfleet-statechart-many-runs';
  readonly version: 1;
  readonly runs: number;
  readonly firstSeed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly waves: readonly ({
    readonly rolloutId: string;
    readonly wave: number;
    readonly never: number;
  } & Percentiles)[];
  readonly allTerminal: Percentiles;
  readonly faults: readonly ({ readonly fault: string } & FaultTally)[];
  /** Every counted rule, including those that never came into play. */
  readonly rules: readonly ({ readonly rule: string; readonly section: string } & RuleTally)[];
  readonly faultStates: readonly FaultStateTally[];
  readonly failing: number;
  readonly failingSeeds: RunTally['failingSeeds'];
  readonly machineSteps: number;
}

interface Percentiles {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** Many runs as JSON, from their tally and the first seed. */
export function manyRunsJson(tally: RunTally, firstSeed: number): ManyRunsJson {
  return {
    format: 'nixfleet-statechart-many-runs',
    version: 1,
    runs: tally.runs,
    firstSeed,
    outcomes: tally.outcomeCounts,
    waves: tally.waves.map(({ rolloutId, wave, never, ended }) => ({ rolloutId, wave, never, ...percentiles(ended) })),
    allTerminal: percentiles(tally.finished),
    faults: tally.toData().faults.map(([fault, counts]) => ({ fault, ...counts })),
    rules: tally.rules.map(([rule, counts]) => ({ rule, section: RULES[rule], ...counts })),
    faultStates: tally.faultStates,
    failing: tally.failing,
    failingSeeds: tally.failingSeeds,
    machineSteps: tally.machineSteps,
  };
}

function percentiles(distribution: Distribution): Percentiles {
  return {
    p50Ms: distribution.percentile(0.5),
    p95Ms: distribution.percentile(0.95),
    p99Ms: distribution.percentile(0.99),
  };
}

function shownTime(distribution: Distribution, share: number): string {
  const ms = distribution.percentile(share);
  return ms === null ? '-' : formatDuration(ms);
}

function right(text: string): Cell {
  return { text, align: 'right' };
}
