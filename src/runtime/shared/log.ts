import type { AgentLogCode } from '../../agent/index.ts';
import type { LogCode } from '../../control-plane/index.ts';
import type { EmitLog, LogField, LogLevel, Time } from '../../machine/index.ts';

/** The codes of lines that do not come from a core. */
export type ProcessLogCode =
  // Both sides: an effect of the other side, which is a bug.
  | 'foreign-effect'
  // The control plane: its process, its inputs, its clock and its database.
  | 'started'
  | 'recovered'
  | 'stopped'
  | 'manifests'
  | 'forbidden'
  | 'operator-cleared'
  | 'operator-request'
  | 'stream-failed'
  | 'clock-jumped'
  | 'defect'
  | 'store-failed'
  | 'store-recovered'
  | 'snapshot-failed'
  | 'prune-failed'
  // The control plane: effects of its core.
  | 'rollout-opened'
  | 'rollout-transition'
  | 'host-transition'
  | 'wave-advanced'
  | 'dispatched'
  | 'held'
  | 'withdrawn'
  | 'quarantined'
  | 'event'
  | 'unapplied-event'
  | 'synthesized'
  | 'taken-over'
  | 'host-unreachable'
  | 'host-reachable'
  // The agent.
  | 'transition'
  | 'running-closure-unknown'
  | 'control-plane-silent'
  | 'control-plane-answers'
  | 'fleet-file'
  | 'manifests-unreadable'
  | 'dispatch-not-signed';

/** One line of a log. `code` stays the same when its sentence is rewritten. */
export interface LogLine {
  readonly at: Time;
  readonly level: LogLevel;
  readonly code: AgentLogCode | LogCode | ProcessLogCode;
  /** A sentence for a person. */
  readonly message: string;
  /** `rolloutId`, `host` and `seq` where the line is about one. */
  readonly fields: Readonly<Record<string, LogField>>;
}

/** Where log lines go. A port. */
export type Log = (line: LogLine) => void;

/** The line for an entry of a core, which has its code among the fields. */
export function lineOfCore({ level, message, fields: { code, ...fields } }: EmitLog, at: Time): LogLine {
  // Safe: a core emits only codes of its type.
  return { at, level, code: code as AgentLogCode | LogCode, message, fields };
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
