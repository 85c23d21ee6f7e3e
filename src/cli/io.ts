import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { printable, printableLines, wrap } from '../text/index.ts';
import type { ExitCode } from './exit-codes.ts';

/** The environment of a command, so that tests can run one in process. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Aborted by the first SIGINT or SIGTERM after the first call, with the signal's name as the reason. Another signal
   * ends the process, as any signal does if this is never called.
   */
  readonly interruption: () => AbortSignal;
}

/** An output stream of the process. */
export interface Output {
  /** Returns when all of it is written. @throws the system's error, such as EPIPE */
  readonly write: (data: string | Uint8Array) => void;
  readonly isTerminal: boolean;
  /** The width of the terminal; 0 if there is none or it is unknown. */
  readonly columns: number;
}

/** Prints lines on standard error, without control characters. */
export function notify(io: Io, ...lines: readonly string[]): void {
  io.stderr.write(lines.map((line) => `${printableLines(line)}\n`).join(''));
}

/** The same for sentences, wrapped for the terminal. Further lines are indented by two more columns. */
export function remark(io: Io, ...sentences: readonly string[]): void {
  const asked = io.stderr.isTerminal ? io.stderr.columns : Number(io.env['COLUMNS'] ?? 0);
  const width = Number.isInteger(asked) && asked >= LEAST_WIDTH ? asked : WIDTH;
  notify(io, ...sentences.flatMap((sentence) => wrapped(printable(sentence), width)));
}

const LEAST_WIDTH = 60;
const WIDTH = 80;

function wrapped(sentence: string, width: number): readonly string[] {
  const indent = sentence.length - sentence.trimStart().length;
  const lines = wrap(sentence.trimStart(), width - indent - 2);
  return lines.map((line, at) => `${' '.repeat(at === 0 ? indent : indent + 2)}${line}`);
}

/** Adds the options and the action of one command. `onDone` receives its exit code. */
export type DefineCommand = (command: Command, io: Io, onDone: (exitCode: ExitCode) => void) => void;
