import { coverageOverlay, expectedVisits, measureCoverage, type Side, type TestPath } from '../../testing/index.ts';
import type { HealthFailurePolicy } from '../../machine/index.ts';
import type { ChartModel } from '../chart-model.ts';
import { chartSides } from '../charts.ts';
import { chartOfSession, newSession, type Session } from './session.ts';
import { type Fields, isObject } from '../../text/index.ts';

/** How often each cell was exercised, by `State.Event`. */
export interface Coverage {
  readonly title: string;
  readonly cells: ReadonlyMap<string, number>;
}

/** What the steps of these paths exercise. */
export function coverageOfPaths(
  title: string,
  paths: readonly TestPath[],
  sides: readonly Side[],
  policies: readonly HealthFailurePolicy[],
): Coverage {
  const meter = measureCoverage({ sides, policies });
  for (const path of paths) {
    meter.begin(path.start);
    for (const visit of expectedVisits(path)) meter.run(visit);
  }
  return { title, cells: new Map(Object.entries(coverageOverlay(meter.report()).cells)) };
}

/** Whether it applies to this chart. */
export const isCoverageOf = ({ eventTypes }: ChartModel, { cells }: Coverage): boolean =>
  [...cells.keys()].some((cell) => eventTypes.some((type) => cell.endsWith(`.${type}`)));

/** How many there are in total, and how many are covered. */
export interface Share {
  readonly covered: number;
  readonly all: number;
}

/** How much of a chart is covered: accepted and refused events. */
export function coverageShares(
  { states, eventTypes }: ChartModel,
  { cells }: Coverage,
): Record<'accepted' | 'refused', Share> {
  const shares = { accepted: { covered: 0, all: 0 }, refused: { covered: 0, all: 0 } };
  for (const state of states) {
    const accepted = new Set(state.events.map(({ type }) => type));
    for (const type of eventTypes) {
      const share = accepted.has(type) ? shares.accepted : shares.refused;
      share.all += 1;
      if ((cells.get(`${state.name}.${type}`) ?? 0) > 0) share.covered += 1;
    }
  }
  return shares;
}

/** The session if its chart can show the coverage; otherwise a new one of the first chart that can. */
export function sessionFor(session: Session, coverage: Coverage): Session {
  const others = chartSides.map((side): Session => ({ ...newSession, side }));
  return [session, ...others].find((each) => isCoverageOf(chartOfSession(each), coverage)) ?? session;
}

/** The path to the cells in each format with coverage. */
const cellsOf: Readonly<Record<string, (file: Fields) => unknown>> = {
  'nixfleet-coverage-overlay': ({ cells }) => cells,
  'nixfleet-coverage': ({ dimensions }) => within(dimensions, 'cells', 'hits'),
  'nixfleet-conformance': ({ coverage }) => within(coverage, 'dimensions', 'cells', 'hits'),
};

/** The value at a path of fields, if any. */
const within = (value: unknown, ...fields: readonly string[]): unknown =>
  fields.reduce<unknown>((found, field) => (isObject(found) ? found[field] : undefined), value);

export const coverageFormats: readonly string[] = Object.keys(cellsOf);

/** The cells of a coverage overlay, a coverage report or a conformance report; `null` for any other file. */
export function coverageOfFile(value: unknown): Coverage | null {
  const format = isObject(value) ? value['format'] : undefined;
  if (!isObject(value) || typeof format !== 'string' || !Object.hasOwn(cellsOf, format)) return null;
  const cells = cellsOf[format]?.(value);
  if (!isObject(cells)) return null;
  const counts = Object.entries(cells).flatMap(([cell, count]) =>
    typeof count === 'number' ? [[cell, count] as const] : [],
  );
  return { title: 'the coverage file', cells: new Map(counts) };
}
