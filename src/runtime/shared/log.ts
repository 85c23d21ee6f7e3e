import type { EmitLog, LogField, LogLevel, Time } from '../../machine/index.ts';

/** One line of a log. `code` stays the same when its sentence is rewritten. */
export interface LogLine {
  readonly at: Time;
  readonly level: LogLevel;
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  /** `rolloutId`, `host` and `seq` where the line is about one. */
  readonly fields: Readonly<Record<string, LogField>>;
}

/** Where log lines go. A port. */
export type Log = (line: LogLine) => void;

/** The line for an entry of a core, which has its code among the fields. */
export function lineOfCore({ level, target, message, fields: { code, ...fields } }: EmitLog, at: Time): LogLine {
  return { at, level, code: typeof code === 'string' ? code : target, message, fields };
}

/** Least serious first. */
const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

/**
 * A log of one JSON object per line. JSON escapes every line break and control character, so that nothing from outside
 * can forge a line.
 *
 * @param always fields of every line
 */
export function jsonLog(write: (line: string) => void, least: LogLevel = 'info', always: LogLine['fields'] = {}): Log {
  const from = LEVELS.indexOf(least);
  return ({ at, level, code, message, fields }) => {
    if (LEVELS.indexOf(level) < from) return;
    write(`${JSON.stringify({ at: new Date(at).toISOString(), level, code, message, ...always, ...fields })}\n`);
  };
}
