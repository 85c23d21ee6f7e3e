import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { printableLines } from '../text/index.ts';
import type { ExitCode } from './exit-codes.ts';

/** Everything around a command, so that a test can run one in its own process. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Aborted by the first SIGINT or SIGTERM after the first call, with the signal's name as the reason. A further signal
   * ends the process, as every signal does if this is never called.
   */
  readonly interruption: () => AbortSignal;
}

/** One end of the process that a command writes to. */
export interface Output {
  /** Returns when all of it is written. @throws the system's error, such as EPIPE */
  readonly write: (data: string | Uint8Array) => void;
  readonly isTerminal: boolean;
  /** The width of the terminal; 0 if there is none or it is unknown. */
  readonly columns: number;
}

/** Prints lines for a person on standard error, without anything in them that a terminal would act on. */
export function tell(io: Io, ...lines: readonly string[]): void {
  io.stderr.write(lines.map((line) => `${printableLines(line)}\n`).join(''));
}

/** Adds the options and the action of one command. `onDone` takes its exit code. */
export type DefineCommand = (command: Command, io: Io, onDone: (exitCode: ExitCode) => void) => void;
