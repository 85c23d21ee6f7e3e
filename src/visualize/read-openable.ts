import { readFixtureFile, type TestPath } from '../testing/index.ts';
import { FIXTURE_FORMAT } from '../testing/internal.ts';
import { coverageFormats, coverageOfFile, type Coverage } from './play/coverage.ts';
import { readRunFile, readRunFileValue, type ReadRun } from './run-file/read-run-file.ts';
import { RUN_FILE_FORMAT } from './run-file/run-file.ts';
import { isObject, jsonIn } from '../text/index.ts';

/** The content of a file opened in the page. */
export type Openable =
  | { readonly type: 'run'; readonly run: ReadRun }
  /** A `fleet.resolved.json`, to run. */
  | { readonly type: 'fleet'; readonly text: string }
  | { readonly type: 'paths'; readonly paths: readonly TestPath[] }
  | { readonly type: 'coverage'; readonly coverage: Coverage }
  | { readonly type: 'problem'; readonly message: string };

/** The output of `simulate --json` for one run and for many. It says how runs ended, not what happened when. */
const reportFormats: readonly unknown[] = ['nixfleet-statechart-report', 'nixfleet-statechart-many-runs'];

/** The newest version of each that this page reads. Run files contain their own. */
const newest: ReadonlyMap<unknown, { readonly name: string; readonly version: number }> = new Map([
  [FIXTURE_FORMAT, { name: 'fixture file', version: 2 }],
  ...coverageFormats.map((format) => [format, { name: 'coverage report', version: 2 }] as const),
]);

/** Reads a run file, an event log, a fixture file or a coverage report. For anything else, returns a sentence. */
export function readOpenable(text: string): Openable {
  const value = jsonIn(text);
  if (isObject(value)) {
    const tooNew = isTooNew(value);
    if (tooNew !== null) return { type: 'problem', message: tooNew };
    if (value['format'] === FIXTURE_FORMAT) return readPaths(value);
    if (isObject(value['hosts']) && isObject(value['channels'])) return { type: 'fleet', text };
    const coverage = coverageOfFile(value);
    if (coverage !== null) return { type: 'coverage', coverage };
    if (reportFormats.includes(value['format'])) {
      return {
        type: 'problem',
        message: 'This is the report of `simulate --json`. Open the run file of `simulate --record FILE` instead.',
      };
    }
    if (value['format'] !== RUN_FILE_FORMAT && typeof value['type'] !== 'string') {
      return {
        type: 'problem',
        message:
          'The page cannot open this file. It opens fleet files, run files, event logs, fixture files and coverage reports.',
      };
    }
  }
  const read = isObject(value) && value['format'] === RUN_FILE_FORMAT ? readRunFileValue(value) : readRunFile(text);
  return read.ok ? { type: 'run', run: read } : { type: 'problem', message: read.message };
}

function isTooNew({ format, version }: { readonly format?: unknown; readonly version?: unknown }): string | null {
  const known = newest.get(format);
  if (known === undefined || typeof version !== 'number' || version <= known.version) return null;
  return `The ${known.name} has version ${version} and this page reads version ${known.version}: open it with a newer page.`;
}

function readPaths(value: Readonly<Record<string, unknown>>): Openable {
  const read = readFixtureFile(value);
  if (read.ok) return { type: 'paths', paths: read.paths };
  const [first, ...rest] = read.problems.map(({ path, message }) => `${path}: ${message}`);
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return { type: 'problem', message: `The fixture file is damaged: ${first ?? 'nothing in it can be read'}${more}` };
}
