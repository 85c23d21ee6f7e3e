import type { HostRolloutState } from '../../machine/index.ts';
import type { CoverageReport, DimensionReport } from './coverage-report.ts';
import { acceptedCell, type Dimension, type Scope, type Visit } from './dimension.ts';
import { dimensionNames, dimensions, type DimensionName } from './dimensions.ts';
import type { PathStep, TestPath } from '../test-path.ts';

/** The parts of an answer that were visible and compared. */
export interface Shown {
  /** The state of the record. */
  readonly state: boolean;
  /** Every field of the record. */
  readonly record: boolean;
  readonly effects: boolean;
  /** Whether the event was accepted, as shown by a refusal or the number of the last accepted event. */
  readonly acceptance: boolean;
  /** The kind of refusal, if any. */
  readonly refusal: boolean;
}

/** The result of comparing one event. */
export interface Judgement {
  readonly shown: Shown;
  readonly isRight: boolean;
}

const EVERYTHING: Judgement = {
  shown: { state: true, record: true, effects: true, acceptance: true, refusal: true },
  isRight: true,
};

/** Counts the events of paths, one at a time. */
export interface CoverageMeter {
  /** A path begins; its start was compared. */
  readonly begin: (start: HostRolloutState) => void;
  /** An event was answered and compared; by default correctly and in full. */
  readonly run: (visit: Visit, judgement?: Judgement) => void;
  /** An event was not sent, or not answered. */
  readonly skip: () => void;
  /** An event was answered, but there was nothing to compare. */
  readonly leaveUncompared: () => void;
  readonly report: () => CoverageReport;
}

/** Whether a dimension may count the event: it was right, and the answer showed what the dimension needs. */
function counts(dimension: Dimension, visit: Visit, { shown, isRight }: Judgement): boolean {
  if (!isRight) return false;
  const { whenAccepted = 'state', whenRefused = 'acceptance' } = dimension;
  return shown[visit.result.ok ? whenAccepted : whenRefused];
}

/** Counts what is exercised: only what was asked, answered, compared and right. */
export function measureCoverage(scope: Scope): CoverageMeter {
  const hitsOf = new Map<DimensionName, Map<string, number>>(
    dimensionNames.map((name) => [name, new Map(dimensions[name].universe(scope).map((item) => [item, 0]))]),
  );
  const steps = { asked: 0, answered: 0, compared: 0, right: 0 };

  /** Items out of scope, such as the other side's events, are not counted. */
  const count = (name: DimensionName, items: readonly string[]): void => {
    const hits = hitsOf.get(name);
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
    run: (visit, judgement = EVERYTHING) => {
      steps.asked += 1;
      steps.answered += 1;
      steps.compared += 1;
      if (judgement.isRight) steps.right += 1;
      for (const name of dimensionNames) {
        if (counts(dimensions[name], visit, judgement)) count(name, dimensions[name].touched(visit));
      }
    },
    skip: () => {
      steps.asked += 1;
    },
    leaveUncompared: () => {
      steps.asked += 1;
      steps.answered += 1;
    },
    report: () => ({
      format: 'nixfleet-coverage',
      version: 2,
      scope,
      steps: { ...steps },
      dimensions: reports(hitsOf),
    }),
  };
}

function reports(hitsOf: ReadonlyMap<DimensionName, ReadonlyMap<string, number>>): CoverageReport['dimensions'] {
  const entries = [...hitsOf].map(([name, hits]) => [name, reportOf(hits)] as const);
  // Safe: every dimension is in `hitsOf`.
  return Object.fromEntries(entries) as Record<DimensionName, DimensionReport>;
}

function reportOf(hits: ReadonlyMap<string, number>): DimensionReport {
  const missing = [...hits].filter(([, times]) => times === 0).map(([item]) => item);
  const covered = hits.size - missing.length;
  const percent = hits.size === 0 ? 100 : Math.floor((covered * 100) / hits.size);
  return { covered, total: hits.size, percent, hits: Object.fromEntries(hits), missing };
}

/** The expected visits of a path, one for each event. */
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
