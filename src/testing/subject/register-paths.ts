import type { HealthFailurePolicy } from '../../machine/index.ts';
import { coverageTable } from '../coverage/coverage-formats.ts';
import type { CoverageReport } from '../coverage/coverage-report.ts';
import { measureCoverage } from '../coverage/measure-coverage.ts';
import { missedThresholds, type Thresholds } from '../coverage/thresholds.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import { checkNames } from './check-names.ts';
import { handlerOf, runPath } from './run-path.ts';
import type { Subject } from './subject.ts';

/** `test` of vitest, Jest or node:test: anything that takes a name and a function. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** What is checked and reported once all registered paths have run. */
export interface RegisterOptions {
  /** Checked by a last test, against what actually ran. */
  readonly thresholds?: Thresholds;
  /** Called with the coverage at the end, for example to print its `coverageTable` or write it to a file. */
  readonly onCoverage?: (report: CoverageReport) => void;
}

/**
 * Registers a test for each path, and a last one for their coverage.
 *
 * @throws Error immediately for an unknown name in the subject, or if there are no paths
 */
export function registerPaths<Handle>(
  test: RegisterTest,
  paths: Iterable<TestPath>,
  subject: Subject<Handle>,
  { thresholds = {}, onCoverage }: RegisterOptions = {},
): void {
  checkNames(subject);
  const all = [...paths];
  if (all.length === 0) throw new Error('There is no path to register.');
  const coverage = measureCoverage({ sides: sidesOf(all), policies: policiesOf(all) });

  for (const path of all) {
    const skipped = path.steps.filter(({ event }) => handlerOf(subject, event.type) === null).length;
    const shown = skipped === 0 ? path.name : `${path.name} (${skipped} without a handler)`;
    test(shown, async () => {
      await runPath(path, subject, coverage);
    });
  }
  test(`coverage of these ${all.length} paths`, async () => {
    const report = coverage.report();
    onCoverage?.(report);
    const missed = missedThresholds(report, thresholds);
    if (missed.length > 0) throw new Error([...missed, '', coverageTable(report)].join('\n'));
  });
}

const sidesOf = (paths: readonly TestPath[]): readonly Side[] => [...new Set(paths.map(({ side }) => side))];

const policiesOf = (paths: readonly TestPath[]): readonly HealthFailurePolicy[] => [
  ...new Set(paths.map(({ policy }) => policy.onHealthFailure)),
];
