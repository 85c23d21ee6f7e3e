import { readFixtureFile } from '../../testing/fixtures/fixture-file.ts';
import type { TestPath } from '../../testing/test-path.ts';
import { coverageOfFile, type Coverage } from '../play/coverage.ts';

export type Dropped =
  | { readonly type: 'paths'; readonly paths: readonly TestPath[] }
  | { readonly type: 'coverage'; readonly coverage: Coverage }
  | { readonly type: 'problem'; readonly message: string };

const NEWEST_FIXTURE = 1;

/** A fixture file, a coverage report or its overlay; for anything else a sentence. */
export function readDropped(text: string): Dropped {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return { type: 'problem', message: 'This file is not JSON, or it was cut off.' };
  }
  const coverage = coverageOfFile(value);
  if (coverage !== null) return { type: 'coverage', coverage };
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : null;
  if (typeof version === 'number' && version > NEWEST_FIXTURE) {
    return { type: 'problem', message: `The file has version ${version} and this page reads version ${NEWEST_FIXTURE}: open it with a newer page.` };
  }
  const read = readFixtureFile(value);
  if (read.ok) return { type: 'paths', paths: read.paths };
  const more = read.messages.length > 1 ? ` (and ${read.messages.length - 1} more)` : '';
  return { type: 'problem', message: `This is neither a fixture file nor a coverage report. ${read.messages[0] ?? ''}${more}` };
}
