import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { OutboxEntry, OutboxHeader } from '../../wire/index.ts';
import { syncFolder, writeDurably } from '../shared/durable-files.ts';
import { diskProblem, RuntimeProblem } from '../shared/runtime-problem.ts';
import { decodeRecord, encodeRecord, isDurable, OUTBOX_VERSION, type OutboxRecord } from './outbox-record.ts';
import type { Outbox, OutboxContents } from './ports.ts';
import { StateLock } from './state-lock.ts';

/** The file is compacted once it has this many lines, and `WASTE_FACTOR` times as many as it needs. */
const MIN_LINES_TO_COMPACT = 1000;
const WASTE_FACTOR = 4;

/**
 * An outbox in one file, with a line for each change. A line half written in a crash is the last one and was never
 * durable, so it is cut off. Damage before a durable line has another cause: the outbox then refuses to open.
 */
export class FileOutbox implements Outbox {
  readonly #folder: string;
  readonly #path: string;
  #lock: StateLock | null = null;
  #file: number | null = null;
  #lines = 0;
  /** A write failed and may have left part of a line, which nothing may follow. */
  #isBroken = false;
  readonly #entries = new Map<string, Map<number, OutboxEntry>>();
  readonly #headers = new Map<string, OutboxHeader>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'outbox.jsonl');
  }

  open(): OutboxContents {
    if (this.#file !== null) throw new Error('This outbox is already open.');
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#lock = StateLock.take(join(this.#folder, 'lock'));
      const file = openSync(this.#path, 'a+', 0o600);
      this.#file = file;
      this.#read(file);
      // Also finds out early whether the disk is writable.
      this.#write({ type: 'format', version: OUTBOX_VERSION });
      syncFolder(this.#folder);
      this.#compactIfWasteful();
    } catch (error) {
      this.close();
      throw error instanceof RuntimeProblem ? error : diskProblem(this.#path, error);
    }
    return {
      entries: [...this.#entries.values()].flatMap((entries) => [...entries.values()]),
      headers: this.#headerList(),
    };
  }

  append(entry: OutboxEntry): void {
    this.#apply({ type: 'entry', entry });
  }

  remove(rolloutId: string, seq: number): void {
    this.#apply({ type: 'remove', rolloutId, seq });
    this.#compactIfWasteful();
  }

  writeHeader(header: OutboxHeader): void {
    this.#apply({ type: 'header', header });
    this.#compactIfWasteful();
  }

  removeHeader(rolloutId: string): void {
    this.#apply({ type: 'removeHeader', rolloutId });
  }

  close(): void {
    const file = this.#file;
    this.#file = null;
    if (file !== null) closeSync(file);
    this.#lock?.release();
    this.#lock = null;
  }

  #headerList(): readonly OutboxHeader[] {
    return [...this.#headers.values()];
  }

  #apply(record: OutboxRecord): void {
    try {
      this.#write(record);
    } catch (error) {
      this.#isBroken = true;
      throw diskProblem(this.#path, error);
    }
    this.#note(record);
  }

  #write(record: OutboxRecord): void {
    const file = this.#file;
    if (file === null || this.#isBroken) throw new Error('This outbox is not open, or a write to it failed.');
    const bytes = Buffer.from(encodeRecord(record));
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    if (isDurable(record)) fdatasyncSync(file);
    this.#lines += 1;
  }

  #note(record: OutboxRecord): void {
    switch (record.type) {
      case 'format':
        if (record.version > OUTBOX_VERSION) throw this.#newerProblem(record.version);
        return;
      case 'entry': {
        const { rolloutId, event } = record.entry;
        const entries = this.#entries.get(rolloutId) ?? new Map<number, OutboxEntry>();
        entries.set(event.seq, record.entry);
        this.#entries.set(rolloutId, entries);
        return;
      }
      case 'remove': {
        const entries = this.#entries.get(record.rolloutId);
        entries?.delete(record.seq);
        if (entries?.size === 0) this.#entries.delete(record.rolloutId);
        return;
      }
      case 'header':
        this.#headers.set(record.header.rolloutId, record.header);
        return;
      case 'removeHeader':
        this.#headers.delete(record.rolloutId);
        this.#entries.delete(record.rolloutId);
    }
  }

  /** Reads every whole line, and cuts off what a crash left after them. */
  #read(file: number): void {
    const bytes = readFileSync(file);
    let end = 0;
    for (let start = 0; start < bytes.length; start = end) {
      const lineEnd = bytes.indexOf('\n', start);
      const record = lineEnd < 0 ? null : decodeRecord(bytes.toString('utf8', start, lineEnd));
      if (record === null) {
        const damaged = this.#lines + 1;
        if (hasDurable(bytes.toString('utf8', start))) throw this.#damagedProblem(damaged);
        ftruncateSync(file, start);
        fdatasyncSync(file);
        return;
      }
      this.#note(record);
      this.#lines += 1;
      end = lineEnd + 1;
    }
  }

  #compactIfWasteful(): void {
    let needed = this.#headers.size + 1;
    for (const { size } of this.#entries.values()) needed += size;
    if (this.#lines < MIN_LINES_TO_COMPACT || this.#lines < needed * WASTE_FACTOR) return;
    const records: readonly OutboxRecord[] = [
      { type: 'format', version: OUTBOX_VERSION },
      ...[...this.#headers.values()].map((header) => ({ type: 'header', header }) as const),
      ...[...this.#entries.values()].flatMap((entries) =>
        [...entries.values()].map((entry) => ({ type: 'entry', entry }) as const),
      ),
    ];
    try {
      writeDurably(this.#path, records.map(encodeRecord).join(''));
      const rewritten = openSync(this.#path, 'a');
      if (this.#file !== null) closeSync(this.#file);
      this.#file = rewritten;
    } catch (error) {
      throw diskProblem(this.#path, error);
    }
    this.#lines = records.length;
  }

  #damagedProblem(line: number): RuntimeProblem {
    return new RuntimeProblem({
      path: this.#path,
      message: `line ${line} is damaged, and durable events follow it`,
      remedy: 'Check the disk, and move the file away to start with an empty outbox; its events are then lost.',
    });
  }

  #newerProblem(version: number): RuntimeProblem {
    return new RuntimeProblem({
      path: this.#path,
      message: `it has version ${version}, but this program only reads versions up to ${OUTBOX_VERSION}`,
      remedy: 'Start the newer program that wrote it.',
    });
  }
}

/** Whether part of the damaged text was certainly on disk, so that an unfinished write cannot be the cause. */
function hasDurable(text: string): boolean {
  return text
    .split('\n')
    .map(decodeRecord)
    .some((record) => record?.type === 'header' || (record?.type === 'entry' && record.entry.durable));
}
