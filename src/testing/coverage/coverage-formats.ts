import { formatCount } from '../../text/index.ts';
import type { CoverageReport } from './coverage-report.ts';
import { dimensionNames, dimensions as definitions } from './dimensions.ts';

/** How many missing items a table names for each dimension. */
const MAX_MISSING_SHOWN = 10;

/** A table for a terminal, followed by what is missing. */
export function coverageTable({ dimensions, steps }: CoverageReport): string {
  const rows = dimensionNames.map((name) => {
    const { covered, total, percent } = dimensions[name];
    return [definitions[name].title, `${covered}/${total}`, `${percent} %`] as const;
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const table = rows.map(([title, count, percent]) =>
    [title.padEnd(widths[0] ?? 0), count.padStart(widths[1] ?? 0), percent.padStart(widths[2] ?? 0)].join('  '),
  );
  const missing = dimensionNames.flatMap((name) => {
    const all = dimensions[name].missing;
    if (all.length === 0) return [];
    const more = all.length - MAX_MISSING_SHOWN;
    const shown = all.slice(0, MAX_MISSING_SHOWN).map((item) => `  ${item}`);
    return ['', `Not covered, ${definitions[name].title}:`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
  });
  const { asked, answered, compared, right } = steps;
  const title =
    right === asked
      ? `Coverage of ${formatCount(asked)} events`
      : `Coverage: ${formatCount(asked)} events asked, ${formatCount(answered)} answered, ${formatCount(compared)} compared, ${formatCount(right)} right`;
  return [title, ...table, ...missing].join('\n');
}

/** As JUnit properties, for example `coverage.cells` = `168/168`. */
export function coverageProperties({ dimensions, steps }: CoverageReport): readonly (readonly [string, string])[] {
  return [
    ...dimensionNames.map((name) => {
      const { covered, total } = dimensions[name];
      return [`coverage.${name}`, `${covered}/${total}`] as const;
    }),
    ...Object.entries(steps).map(([name, count]) => [`steps.${name}`, String(count)] as const),
  ];
}

/** What the page draws over the chart: how often each state, cell and legal transition was exercised. */
export interface CoverageOverlay {
  readonly format: 'nixfleet-coverage-overlay';
  readonly version: 1;
  readonly machine: 'hostRollout';
  readonly states: Readonly<Record<string, number>>;
  /** By `State.Event`, for example `Soaking.LocalProbeResult`; 0 means never. */
  readonly transitions: Readonly<Record<string, number>>;
  /** All 168, including those that are refused. */
  readonly cells: Readonly<Record<string, number>>;
}

/** The coverage as a file that the page draws over the chart. */
export const coverageOverlay = ({ dimensions }: CoverageReport): CoverageOverlay => ({
  format: 'nixfleet-coverage-overlay',
  version: 1,
  machine: 'hostRollout',
  states: dimensions.states.hits,
  transitions: dimensions.transitions.hits,
  cells: dimensions.cells.hits,
});
