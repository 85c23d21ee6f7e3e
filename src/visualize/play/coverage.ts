import { coverageOverlay } from '../../testing/coverage/coverage-formats.ts';
import { expectedVisits, measureCoverage } from '../../testing/coverage/measure-coverage.ts';
import type { HealthFailurePolicy } from '../../machine/events.ts';
import type { Side } from '../../testing/side.ts';
import type { TestPath } from '../../testing/test-path.ts';

/** How often each cell was exercised, by `State.Event`. */
export interface Coverage {
  readonly title: string;
  readonly cells: ReadonlyMap<string, number>;
}

/** What these paths exercise, every step of them. */
export function coverageOfPaths(
  title: string,
  paths: readonly TestPath[],
  side: Side,
  policy: HealthFailurePolicy,
): Coverage {
  const meter = measureCoverage({ sides: [side], policies: [policy] });
  for (const path of paths) {
    meter.begin(path.start);
    for (const visit of expectedVisits(path)) meter.run(visit);
  }
  return { title, cells: new Map(Object.entries(coverageOverlay(meter.report()).cells)) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The cells of a coverage overlay or of a coverage report; `null` for any other file. */
export function coverageOfFile(value: unknown): Coverage | null {
  if (!isObject(value)) return null;
  const cells =
    value['format'] === 'nixfleet-coverage-overlay'
      ? value['cells']
      : value['format'] === 'nixfleet-coverage' &&
          isObject(value['dimensions']) &&
          isObject(value['dimensions']['cells'])
        ? value['dimensions']['cells']['hits']
        : null;
  if (!isObject(cells)) return null;
  const counts = Object.entries(cells).flatMap(([cell, count]) =>
    typeof count === 'number' ? [[cell, count] as const] : [],
  );
  return { title: 'the coverage file', cells: new Map(counts) };
}
