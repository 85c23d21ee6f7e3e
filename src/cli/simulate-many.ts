import {
  manyRunsJson,
  manyRunsReport,
  shrinkScenario,
  writeScenario,
  type Outcome,
  type Scenario,
  type Tally,
} from '../simulator/index.ts';
import { simulateMany, type ManyRunsProgress } from '../simulator/node.ts';
import { count, formatCount, formatDuration } from '../text/index.ts';
import { EXIT, exitCodeOfSignal, type ExitCode } from './exit-codes.ts';
import { notify, type Io } from './io.ts';
import { pageFormat } from './page-format.ts';
import { jsonText } from './print-json.ts';
import { ProgressLine } from './progress-line.ts';
import type { ManyRuns, SimulateRequest } from './simulate-input.ts';

/**
 * Runs a scenario with consecutive seeds and prints a report, shrinks a failing run, or does both: then it shrinks the
 * first seed that fails in the worst way. The exit code is the worst run's.
 */
export async function simulateManyTimes(
  { scenario, expectation }: SimulateRequest,
  many: ManyRuns,
  json: boolean,
  io: Io,
): Promise<ExitCode> {
  // `null` accepts any outcome that keeps the invariants.
  const expected = expectation === null ? 'terminal' : expectation.outcome;
  if (many.runs === null) return shrink(scenario, expected, io);
  const progress = new ProgressLine(io.stderr);
  const interruption = io.interruption();
  const startedAt = performance.now();
  const tally = await simulateMany(scenario, {
    runs: many.runs,
    expected,
    ...(many.workers === null ? {} : { workers: many.workers }),
    onProgress: (done) => progress.show((elapsedMs) => progressText(done, elapsedMs)),
    signal: interruption,
  });
  progress.clear();
  // With --shrink, standard output has only the scenario, because it is often redirected into a file.
  const report = many.shrink ? io.stderr : io.stdout;
  if (tally.runs > 0) {
    const wallMs = Math.round(performance.now() - startedAt);
    report.write(
      json
        ? jsonText({ ...manyRunsJson(tally, scenario.seed), stats: { wallMs } })
        : manyRunsReport(tally, scenario.seed, expected, pageFormat(io)),
    );
  }
  if (tally.runs < many.runs) {
    notify(io, `Interrupted after ${formatCount(tally.runs)} of ${count(many.runs, 'run')}.`);
    return exitCodeOfSignal(interruption);
  }
  const [failing] = tally.failingSeeds;
  if (!many.shrink) return exitCodeOf(tally);
  if (failing !== undefined) return shrink({ ...scenario, seed: failing.seed }, expected, io);
  notify(io, 'No run fails, so there is nothing to shrink.');
  return EXIT.ok;
}

function progressText({ done, runs, failing }: ManyRunsProgress, elapsedMs: number): string {
  const perMs = done / elapsedMs;
  const failed = failing === 0 ? '' : `, ${formatCount(failing)} failing`;
  const perSecond = formatCount(Math.round(perMs * 1000));
  return `${formatCount(done)} of ${formatCount(runs)} runs, ${perSecond} a second, ${formatDuration((runs - done) / perMs)} left${failed}`;
}

function exitCodeOf({ failing, failingSeeds }: Tally): ExitCode {
  if (failing === 0) return EXIT.ok;
  return failingSeeds[0]?.outcome === 'invariant-broken' ? EXIT.invariantBroken : EXIT.notTerminal;
}

function shrink(scenario: Scenario, expected: Outcome | null, io: Io): ExitCode {
  const progress = new ProgressLine(io.stderr);
  const shrunk = shrinkScenario(scenario, {
    expected,
    onProgress: ({ runs, hosts, steps }) =>
      progress.show(() => `${count(runs, 'run')}: ${count(hosts, 'host')} and ${count(steps, 'step')} are enough`),
  });
  progress.clear();
  if (!shrunk.ok) {
    notify(io, `The run with seed ${scenario.seed} does not fail, so there is nothing to shrink.`);
    return EXIT.ok;
  }
  const { failure, runs, isCutShort } = shrunk;
  const limit = isCutShort ? ', the limit: a smaller one may exist' : '';
  const comment = [
    failure.message.slice(0, pageFormat(io).width),
    `Shrunk from seed ${scenario.seed} in ${count(runs, 'run')}${limit}.`,
  ];
  const { outcome } = failure;
  try {
    io.stdout.write(writeScenario(shrunk.scenario, { comment, expect: outcome === null ? {} : { outcome } }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    notify(io, `It cannot be written as a scenario file: ${error.message} Printing it as JSON instead.`);
    io.stdout.write(jsonText(shrunk.scenario));
  }
  return outcome === 'invariant-broken' ? EXIT.invariantBroken : EXIT.notTerminal;
}
