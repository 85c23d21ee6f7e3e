import type { Outcome, Scenario } from '../simulator/index.ts';
import {
  manyRunsJson,
  manyRunsReport,
  MAX_RUNS,
  simulateMany,
  type ManyRunsProgress,
  type Tally,
} from '../simulator/many-runs/index.ts';
import { formatCount, formatDuration } from '../text/index.ts';
import type { PageFormat } from '../simulator/report/index.ts';
import { writeScenario } from '../simulator/scenario-file/index.ts';
import { shrinkScenario } from '../simulator/shrink/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Problem } from './problem.ts';
import { wholeNumber } from './whole-number.ts';

/** The options of `simulate` that are about more than one run. */
export interface ManyFlags {
  readonly runs?: string;
  readonly workers?: string;
  readonly shrink?: boolean;
}

export const MANY_OPTIONS: readonly (readonly [string, string])[] = [
  ['--runs <number>', 'so many runs, over seeds that follow each other, on all cores'],
  ['--workers <number>', 'how many threads --runs may use (default: one a core)'],
  ['--shrink', 'make a failing run as small as it can be, and print it as a scenario'],
];

export interface Many {
  /** `null` for one run. */
  readonly runs: number | null;
  readonly workers: number | null;
  readonly shrink: boolean;
}

export function readMany({ runs, workers, shrink = false }: ManyFlags, json: boolean, problems: Problem[]): Many {
  if (workers !== undefined && runs === undefined) {
    problems.push({
      path: '--workers',
      message: 'this is about many runs, and --runs does not say how many',
      remedy: 'Give --runs, such as --runs 1000, or leave --workers out.',
    });
  }
  if (shrink && json) {
    problems.push({
      path: '--shrink, --json',
      message: 'what --shrink prints is a scenario, and no report',
      remedy: 'Leave out --json for the scenario, or --shrink for the report.',
    });
  }
  return {
    runs: wholeNumber('--runs', runs, { min: 1, max: MAX_RUNS }, problems),
    workers: wholeNumber('--workers', workers, { min: 1, max: 1024 }, problems),
    shrink,
  };
}

export interface ManyOutput {
  readonly json: boolean;
  readonly format: PageFormat;
}

/**
 * Runs a scenario many times, each of which should come to `expected` (`null`: anything that keeps the
 * invariants); or makes a failing run smaller, or both: then the first seed that fails in the worst way is made smaller.
 * 0 if no run failed, 3 if one broke an invariant, 2 if one failed otherwise.
 */
export async function runMany(
  scenario: Scenario,
  expected: Outcome | null,
  many: Many,
  output: ManyOutput,
): Promise<ExitCode> {
  if (many.runs === null) return shrinkRun(scenario, expected, output);
  const progress = new ManyProgressLine(process.stderr);
  const startedAt = performance.now();
  const tally = await simulateMany(scenario, {
    runs: many.runs,
    expected,
    ...(many.workers === null ? {} : { workers: many.workers }),
    onProgress: (done) => progress.show(done),
  });
  progress.clear();
  const [failing] = tally.failingSeeds;
  const isShrunk = many.shrink && failing !== undefined;
  // The scenario that is found goes to standard output alone, so that it can go into a file.
  const report = isShrunk ? process.stderr : process.stdout;
  if (output.json) {
    const wallMs = Math.round(performance.now() - startedAt);
    report.write(`${JSON.stringify({ ...manyRunsJson(tally, scenario.seed), stats: { wallMs } }, null, 2)}\n`);
  } else report.write(manyRunsReport(tally, scenario.seed, expected, output.format));
  if (isShrunk) return shrinkRun({ ...scenario, seed: failing.seed }, expected, output);
  return exitCodeOf(tally);
}

function exitCodeOf({ failing, failingSeeds }: Tally): ExitCode {
  if (failing === 0) return EXIT.ok;
  return failingSeeds[0]?.outcome === 'invariant-broken' ? EXIT.invariantBroken : EXIT.notTerminal;
}

function shrinkRun(scenario: Scenario, expected: Outcome | null, { format }: ManyOutput): ExitCode {
  const progress = new ManyProgressLine(process.stderr);
  const shrunk = shrinkScenario(scenario, {
    expected,
    onProgress: ({ runs, hosts, steps }) =>
      progress.write(
        `${formatCount(runs)} runs: ${formatCount(hosts)} hosts and ${formatCount(steps)} steps are enough`,
      ),
  });
  progress.clear();
  if (!shrunk.ok) {
    process.stderr.write(`The run with seed ${scenario.seed} does not fail, so there is nothing to make smaller.\n`);
    return EXIT.ok;
  }
  const { failure, runs, isCutShort } = shrunk;
  const comment = [
    failure.message.slice(0, Math.max(60, format.width)),
    `Made from seed ${scenario.seed} in ${runs} runs${isCutShort ? ', which was the limit: it may not be the smallest' : ''}.`,
  ];
  const { outcome } = failure;
  try {
    process.stdout.write(writeScenario(shrunk.scenario, { comment, expect: outcome === null ? {} : { outcome } }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`It cannot be written as a scenario file: ${error.message} Here it is as data.\n`);
    process.stdout.write(`${JSON.stringify(shrunk.scenario, null, 2)}\n`);
  }
  return outcome === 'invariant-broken' ? EXIT.invariantBroken : EXIT.notTerminal;
}

const REDRAW_MS = 100;
const CLEAR = '\r\u001b[K';

/** How many runs are done, how fast, and how long the rest will take; nothing where there is no terminal. */
class ManyProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({ done, runs, failing }: ManyRunsProgress): void {
    const perMs = done / (performance.now() - this.#startedAt + 1);
    const left = formatDuration((runs - done) / perMs);
    const failed = failing === 0 ? '' : `, ${formatCount(failing)} failing`;
    this.write(
      `${formatCount(done)} of ${formatCount(runs)} runs, ${formatCount(Math.round(perMs * 1000))} a second, ${left} left${failed}`,
    );
  }

  write(text: string): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#stream.write(`${CLEAR}${text.slice(0, this.#stream.columns - 1)}`);
  }

  clear(): void {
    if (this.#drawnAt > 0) this.#stream.write(CLEAR);
  }
}
