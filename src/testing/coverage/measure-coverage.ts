import type { HostRolloutState } from '../../machine/record.ts';
import type { CoverageReport, DimensionReport } from './coverage-report.ts';
import type { Scope } from './dimension.ts';
import { dimensionNames, dimensions, type DimensionName } from './dimensions.ts';
import { acceptedCell, type Visit } from './visit.ts';
import type { PathStep, TestPath } from '../test-path.ts';

/** What of a path really ran: the events before `stepsRun`, and of those all but the skipped. */
export interface CoverageMeter {
  /** A path begins. */
  readonly begin: (start: HostRolloutState) => void;
  readonly run: (visit: Visit) => void;
  readonly skip: () => void;
  readonly report: () => CoverageReport;
}

/** Counts what is exercised. Nothing counts that did not run. */
export function measureCoverage(scope: Scope): CoverageMeter {
  const counts = new Map<DimensionName, Map<string, number>>(
    dimensionNames.map((name) => [name, new Map(dimensions[name].universe(scope).map((item) => [item, 0]))]),
  );
  const steps = { run: 0, skipped: 0 };

  /** What is outside of the scope, such as the other side's events, is not counted. */
  const count = (name: DimensionName, items: readonly string[]): void => {
    const hits = counts.get(name);
    for (const item of items) {
      const before = hits?.get(item);
      if (before !== undefined) hits?.set(item, before + 1);
    }
  };

  return {
    begin: (start) => {
      for (const name of dimensionNames) {
        const dimension = dimensions[name];
        if ('atStart' in dimension) count(name, dimension.atStart(start));
      }
    },
    run: (visit) => {
      steps.run += 1;
      for (const name of dimensionNames) count(name, dimensions[name].touched(visit));
    },
    skip: () => {
      steps.skipped += 1;
    },
    report: () => ({
      format: 'nixfleet-coverage',
      version: 1,
      scope,
      steps: { ...steps },
      dimensions: reports(counts),
    }),
  };
}

function reports(counts: ReadonlyMap<DimensionName, ReadonlyMap<string, number>>): CoverageReport['dimensions'] {
  const entries = [...counts].map(([name, hits]) => [name, reportOf(hits)] as const);
  // Every dimension is in `counts`.
  return Object.fromEntries(entries) as Record<DimensionName, DimensionReport>;
}

function reportOf(hits: ReadonlyMap<string, number>): DimensionReport {
  const missing = [...hits].filter(([, times]) => times === 0).map(([item]) => item);
  const covered = hits.size - missing.length;
  const percent = hits.size === 0 ? 100 : Math.floor((covered * 100) / hits.size);
  return { covered, total: hits.size, percent, hits: Object.fromEntries(hits), missing };
}

/** The visits of a path, as the machine expects them: what runs when each event is run. */
export function* expectedVisits({ start, policy, steps }: TestPath): Generator<Visit & { readonly step: PathStep }> {
  let before = start;
  let previous: string | null = null;
  for (const step of steps) {
    const visit: Visit = { before, event: step.event, policy, result: step.expected, previous };
    yield { ...visit, step };
    previous = acceptedCell(visit);
    if (step.expected.ok) before = step.expected.state;
  }
}
