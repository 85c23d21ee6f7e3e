import {
  compareChanges,
  makePlan,
  planJson,
  planMarkdown,
  planText,
  searchDeadline,
  SEVERITIES,
  withForecast,
  withoutAccepted,
  type Comparison,
  type Plan,
} from '../plan/node.ts';
import { RunThreads } from '../simulator/node.ts';
import { formatCount, formatDuration } from '../text/index.ts';
import { runFileOf } from '../visualize/index.ts';
import { EXIT, exitCodeOfSignal, type ExitCode } from './exit-codes.ts';
import { type Io, notify, remark } from './io.ts';
import { writeOutput } from './output-file.ts';
import { pageFormat } from './page-format.ts';
import { readPlanInput, type PlanFlags, type PlanRequest } from './plan-input.ts';
import { jsonText } from './print-json.ts';
import { refuse } from './problem.ts';
import { ProgressLine } from './progress-line.ts';
import { pageWith } from './visualize-page.ts';

/** Runs `plan`: shows what a change to a fleet will do. */
export async function planChange(file: string, flags: PlanFlags, io: Io): Promise<ExitCode> {
  const read = await readPlanInput(file, flags, io);
  if (!read.ok) return refuse(io, read.problems, read.source);
  const { request } = read;
  const made = makePlan(request.input);
  if (!made.ok) return refuse(io, made.problems, file);
  const { left, unused } = withoutAccepted(made.plan.lints, request.accepted);
  for (const { lint, path } of unused)
    remark(io, `note: --accept names ${lint}${path === undefined ? '' : ` at ${path}`}, which matches nothing.`);
  const interruption = io.interruption();
  const progress = new ProgressLine(io.stderr);
  const threads = await RunThreads.open(request.runs === 1 ? 1 : (request.workers ?? undefined));
  const forecast = {
    runs: request.runs,
    threads,
    signal: interruption,
    onProgress: ({ done, runs }: { done: number; runs: number }) =>
      progress.show(
        (elapsedMs) =>
          `${formatCount(done)} of ${formatCount(runs)} runs, ${formatDuration(((runs - done) * elapsedMs) / done)} left`,
      ),
  };
  const plan = await withForecast({ ...made.plan, lints: left }, forecast);
  const comparison = await compared(request, plan, forecast);
  await threads.close();
  progress.clear();
  const problem = writeOutput(flags.out ?? '-', shown(plan, comparison, request, io), io, `--out ${flags.out ?? '-'}`);
  if (problem !== null) return refuse(io, [problem]);
  if (interruption.aborted) {
    notify(io, `Interrupted after ${formatCount(plan.forecast?.runs ?? 1)} of ${formatCount(request.runs)} runs.`);
    return exitCodeOfSignal(interruption);
  }
  return exitCodeOf(plan, comparison, request);
}

async function compared(
  { input, whatIf, deadlineMs, keep }: PlanRequest,
  plan: Plan,
  forecast: Parameters<typeof withForecast>[1],
): Promise<Comparison | null> {
  if (deadlineMs !== null) return searchDeadline(input, plan, deadlineMs, keep, forecast);
  return whatIf.length === 0 ? null : compareChanges(input, whatIf, forecast);
}

function shown(plan: Plan, comparison: Comparison | null, { start, format }: PlanRequest, io: Io): string {
  switch (format) {
    case 'text':
      return planText(plan, { start, comparison }, pageFormat(io));
    case 'markdown':
      return planMarkdown(plan, start, comparison);
    case 'json':
      return jsonText(planJson(plan, start, comparison));
    case 'html': {
      const page = pageWith(JSON.stringify(runFileOf(plan.run)));
      if (!page.ok) throw new Error(`${page.problem.message}. ${page.problem.remedy}`);
      return page.text;
    }
  }
}

function exitCodeOf({ run, lints }: Plan, comparison: Comparison | null, request: PlanRequest): ExitCode {
  if (run.outcome !== 'terminal') return EXIT.notTerminal;
  const { failOn, deadlineMs } = request;
  const isLate = deadlineMs !== null && comparison !== null && (comparison.base.p95?.ms ?? run.endedRunMs) > deadlineMs;
  const worst = failOn === null ? -1 : SEVERITIES.indexOf(failOn);
  const isBad = lints.some(({ severity }) => SEVERITIES.indexOf(severity) <= worst);
  return isLate || isBad ? EXIT.belowThreshold : EXIT.ok;
}
