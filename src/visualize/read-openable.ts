import { readFixtureFile } from '../testing/fixtures/fixture-file.ts';
import type { TestPath } from '../testing/test-path.ts';
import { coverageOfFile, type Coverage } from './play/coverage.ts';
import { readRunFile } from './run-file/read-run-file.ts';
import { RUN_FILE_FORMAT, type RunFile } from './run-file/run-file.ts';

/** What a file turned out to be that somebody gave to the page. */
export type Openable =
  | { readonly type: 'run'; readonly run: RunFile }
  | { readonly type: 'paths'; readonly paths: readonly TestPath[] }
  | { readonly type: 'coverage'; readonly coverage: Coverage }
  | { readonly type: 'problem'; readonly message: string };

const FIXTURE_FORMAT = 'nixfleet-host-paths';
const NEWEST_FIXTURE = 1;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a run file, an event log, a fixture file or a coverage report; anything else gives a sentence. */
export function readOpenable(text: string): Openable {
  const value = parse(text);
  if (isObject(value)) {
    if (value['format'] === FIXTURE_FORMAT) return readPaths(value);
    const coverage = coverageOfFile(value);
    if (coverage !== null) return { type: 'coverage', coverage };
    if (value['format'] !== RUN_FILE_FORMAT && typeof value['type'] !== 'string') {
      return {
        type: 'problem',
        message: 'This is neither a run file, an event log, a fixture file nor a coverage report.',
      };
    }
  }
  const read = readRunFile(text);
  return read.ok ? { type: 'run', run: read.run } : { type: 'problem', message: read.message };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readPaths(value: Readonly<Record<string, unknown>>): Openable {
  // What is read from an object may be anything, and `unknown` says so.
  const { version } = value as { version?: unknown };
  if (typeof version === 'number' && version > NEWEST_FIXTURE) {
    const message = `The fixture file has version ${version} and this page reads version ${NEWEST_FIXTURE}: open it with a newer page.`;
    return { type: 'problem', message };
  }
  const read = readFixtureFile(value);
  if (read.ok) return { type: 'paths', paths: read.paths };
  const more = read.messages.length > 1 ? ` (and ${read.messages.length - 1} more)` : '';
  return {
    type: 'problem',
    message: `The fixture file is damaged: ${read.messages[0] ?? 'nothing in it can be read'}${more}`,
  };
}
