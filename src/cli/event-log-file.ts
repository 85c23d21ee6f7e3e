import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeRunEvent, type RunEvent } from '../simulator/index.ts';
import type { Problem } from './problem.ts';

const CHUNK = 1 << 16;
const STDOUT = 1;
const LONGEST_PAUSE_MS = 16;

/** The event log cannot be written, for another reason than that its reader has seen enough. */
export class UnwritableLog extends Error {
  readonly problem: Problem;

  constructor(file: string, error: unknown) {
    const why = error instanceof Error ? error.message : 'unknown reason';
    super(why);
    this.problem = {
      path: `--events ${file}`,
      message: `the event log cannot be written: ${why}`,
      remedy: 'Make room there, or give a file in a directory that exists.',
    };
  }
}

/** The event log of a run as it is written: hashed, and put into a file if one is wanted. */
export class EventLogFile {
  readonly #hash = createHash('sha256');
  readonly #file: string;
  readonly #descriptor: number | null;
  #chunk: string;

  /**
   * @param header the first line
   * @throws UnwritableLog if the file cannot be opened.
   */
  constructor(file: string | null, header: string) {
    this.#chunk = `${header}\n`;
    this.#file = file ?? '';
    try {
      this.#descriptor = file === null ? null : file === '-' ? STDOUT : openSync(file, 'w');
    } catch (error) {
      throw new UnwritableLog(this.#file, error);
    }
  }

  /** @throws UnwritableLog, or the system's error if a pipe has no reader any more. */
  write(event: RunEvent): void {
    this.#chunk += `${encodeRunEvent(event)}\n`;
    if (this.#chunk.length >= CHUNK) this.#flush();
  }

  /** Ends the log, and returns its SHA-256 in hexadecimal. */
  close(): string {
    this.#flush();
    if (this.#descriptor !== null && this.#descriptor !== STDOUT) closeSync(this.#descriptor);
    return this.#hash.digest('hex');
  }

  #flush(): void {
    const bytes = Buffer.from(this.#chunk);
    this.#chunk = '';
    this.#hash.update(bytes);
    if (this.#descriptor === null) return;
    try {
      writeAll(this.#descriptor, bytes);
    } catch (error) {
      throw codeOf(error) === 'EPIPE' ? error : new UnwritableLog(this.#file, error);
    }
  }
}

/**
 * Node opens a pipe on standard output so that it refuses what its reader has no room for yet. A run takes no turns in
 * which a stream could wait for the reader, so this waits for it asleep, and holds no more than one chunk meanwhile.
 */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  let pauseMs = 1;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
      pauseMs = 1;
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
