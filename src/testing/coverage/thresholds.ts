import { quote, type Problem } from '../../text/index.ts';
import type { CoverageReport } from './coverage-report.ts';
import { dimensionNames, type DimensionName } from './dimensions.ts';

/** Required percentages. */
export type Thresholds = { readonly [Name in DimensionName]?: number };

/** Thresholds, or why they cannot be read. */
export type ThresholdsResult =
  | { readonly ok: true; readonly thresholds: Thresholds }
  /** The path of a problem is the unreadable part of the text. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

const isName = (text: string): text is DimensionName => dimensionNames.some((name) => name === text);

/** Reads `transitions=100,cells=95`, or `100` for all of them. */
export function parseThresholds(text: string): ThresholdsResult {
  const problems: Problem[] = [];
  const thresholds: { [Name in DimensionName]?: number } = {};
  for (const part of text.split(',').map((each) => each.trim())) {
    const [name = '', percent = ''] = part.includes('=') ? part.split('=') : ['*', part];
    const isPercent = /^\d{1,3}$/.test(percent) && Number(percent) <= 100;
    if (!isPercent)
      problems.push({ path: part, message: 'expected a percentage from 0 to 100', remedy: 'Write it as cells=95.' });
    else if (name === '*') for (const each of dimensionNames) thresholds[each] = Number(percent);
    else if (isName(name)) thresholds[name] = Number(percent);
    else {
      const remedy = `Use one of: ${dimensionNames.join(', ')}.`;
      problems.push({ path: part, message: `${quote(name)} is not counted`, remedy });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, thresholds };
}

/** A sentence for each missed threshold. */
export function missedThresholds({ dimensions }: CoverageReport, thresholds: Thresholds): readonly string[] {
  return dimensionNames.flatMap((name) => {
    const wanted = thresholds[name] ?? 0;
    const { percent, covered, total } = dimensions[name];
    if (percent >= wanted) return [];
    return [`Coverage of ${name} is ${percent} % (${covered}/${total}), and ${wanted} % is asked for.`];
  });
}
