import type { RunEvent } from '../../simulator/index.ts';
import { isObject, jsonIn } from '../../text/index.ts';
import { isEventLog, readEventLog } from './read-event-log.ts';
import { RUN_FILE_FORMAT, RUN_FILE_VERSION, runFileSchema, type RunFile } from './run-file.ts';
import { readRunLog } from './run-log.ts';

/** A run file and its events. */
export interface ReadRun {
  readonly file: RunFile;
  readonly events: readonly RunEvent[];
}

/** A run file, or why it cannot be read. */
export type RunFileResult = ({ readonly ok: true } & ReadRun) | { readonly ok: false; readonly message: string };

const bad = (message: string) => ({ ok: false, message }) as const;

/** Whether a text is a run file of any version. */
export function isRunFile(text: string): boolean {
  const value = jsonIn(text);
  return isObject(value) && value['format'] === RUN_FILE_FORMAT;
}

/** Reads a run file or an event log. Otherwise, the result says what is wrong and what to do. */
export function readRunFile(text: string): RunFileResult {
  const value = jsonIn(text);
  if (isObject(value) && value['format'] === RUN_FILE_FORMAT) return readRunFileValue(value);
  if (isEventLog(text)) {
    const logged = readEventLog(text);
    return logged.ok ? withEvents(logged.run) : logged;
  }
  if (text.trim() === '') return bad('The file is empty.');
  if (value === undefined) return bad('This is not a run file: it is not JSON, or it was cut off.');
  return readRunFileValue(value);
}

/** The same for parsed JSON, to avoid parsing a large file twice. */
export function readRunFileValue(value: unknown): RunFileResult {
  if (!isObject(value) || value['format'] !== RUN_FILE_FORMAT)
    return bad(`This is not a run file, which has "format": "${RUN_FILE_FORMAT}".`);
  const { version } = value;
  if (typeof version === 'number' && version > RUN_FILE_VERSION)
    return bad(
      `The run file has version ${version} and this page reads version ${RUN_FILE_VERSION}: open it with a newer page.`,
    );
  if (version === 1)
    return bad(
      `The run file has version 1, which this page no longer reads: it does not say what holds a host. Record the run again with \`simulate --record FILE\`.`,
    );
  const read = runFileSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.map(String).join('.');
    return bad(`The run file is damaged: ${place}: ${issue?.message ?? 'cannot be read'}.`);
  }
  return withEvents(read.data);
}

function withEvents(file: RunFile): RunFileResult {
  const events = readRunLog(
    file.log,
    file.rollouts.map(({ rolloutId }) => rolloutId),
    file.startAt,
  );
  return events === null ? bad('The run file is damaged: its log cannot be read.') : { ok: true, file, events };
}
