import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeRunEvent, type RunEvent } from '../simulator/index.ts';

const CHUNK = 1 << 16;

/** The event log of a run as it is written: hashed, and put into a file if one is wanted. */
export class EventLogFile {
  readonly #hash = createHash('sha256');
  readonly #descriptor: number | null;
  #chunk = '';

  /** @throws the file system's error if the file cannot be written. */
  constructor(file: string | null) {
    this.#descriptor = file === null ? null : file === '-' ? 1 : openSync(file, 'w');
  }

  write(event: RunEvent): void {
    this.#chunk += `${encodeRunEvent(event)}\n`;
    if (this.#chunk.length >= CHUNK) this.#flush();
  }

  /** Ends the log, and returns its SHA-256 in hexadecimal. */
  close(): string {
    this.#flush();
    if (this.#descriptor !== null && this.#descriptor > 2) closeSync(this.#descriptor);
    return this.#hash.digest('hex');
  }

  #flush(): void {
    const bytes = Buffer.from(this.#chunk);
    this.#chunk = '';
    this.#hash.update(bytes);
    if (this.#descriptor === null) return;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }
}
