import { readRunFile } from '../../src/visualize/run-file/read-run-file.ts';
import type { RunFile } from '../../src/visualize/run-file/run-file.ts';
import { ShownRun } from '../../src/visualize/run-file/shown-run.ts';

/** A run file as the page reads it. */
export function shownRun(file: RunFile): ShownRun {
  const read = readRunFile(JSON.stringify(file));
  if (!read.ok) throw new Error(read.message);
  return new ShownRun(read);
}
