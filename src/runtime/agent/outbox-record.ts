import { crc32 } from 'node:zlib';
import { isObject } from '../../text/index.ts';
import {
  decodeOutboxEntry,
  decodeOutboxHeader,
  encodeOutboxEntry,
  encodeOutboxHeader,
  parseJson,
  type OutboxEntry,
  type OutboxHeader,
} from '../../wire/index.ts';

/** One line of an outbox file. */
export type OutboxRecord =
  | { readonly type: 'format'; readonly version: number }
  | { readonly type: 'entry'; readonly entry: OutboxEntry }
  | { readonly type: 'remove'; readonly rolloutId: string; readonly seq: number }
  | { readonly type: 'header'; readonly header: OutboxHeader }
  | { readonly type: 'removeHeader'; readonly rolloutId: string };

const OUTBOX_FORMAT = 'nixfleet-statechart-outbox';
export const OUTBOX_VERSION = 1;

/** A line with its line break. The checksum at its start reveals a line that was only partly written. */
export function encodeRecord(record: OutboxRecord): string {
  const json = JSON.stringify(bodyOf(record));
  return `${checksum(json)} ${json}\n`;
}

function bodyOf(record: OutboxRecord): object {
  switch (record.type) {
    case 'format':
      return { format: OUTBOX_FORMAT, version: record.version };
    case 'entry':
      return { entry: encodeOutboxEntry(record.entry) };
    case 'remove':
      return { remove: { rolloutId: record.rolloutId, seq: record.seq } };
    case 'header':
      return { header: encodeOutboxHeader(record.header) };
    case 'removeHeader':
      return { removeHeader: { rolloutId: record.rolloutId } };
  }
}

/** Whether a record must be on disk before anything else happens. */
export function isDurable(record: OutboxRecord): boolean {
  return record.type === 'entry' ? record.entry.durable : record.type !== 'remove';
}

const CHECKSUM_LENGTH = 8;

/** Reads a line without its line break; `null` if it is incomplete or damaged. */
export function decodeRecord(line: string): OutboxRecord | null {
  const json = line.slice(CHECKSUM_LENGTH + 1);
  if (line[CHECKSUM_LENGTH] !== ' ' || checksum(json) !== line.slice(0, CHECKSUM_LENGTH)) return null;
  const parsed = parseJson(json);
  return parsed.ok && isObject(parsed.value) ? recordOf(parsed.value) : null;
}

function recordOf(body: Readonly<Record<string, unknown>>): OutboxRecord | null {
  const { format, version, entry, remove, header, removeHeader } = body;
  if (format === OUTBOX_FORMAT && typeof version === 'number') return { type: 'format', version };
  if (entry !== undefined) {
    const read = decodeOutboxEntry(entry);
    return read.ok ? { type: 'entry', entry: read.value } : null;
  }
  if (header !== undefined) {
    const read = decodeOutboxHeader(header);
    return read.ok ? { type: 'header', header: read.value } : null;
  }
  if (isObject(remove)) {
    const { rolloutId, seq } = remove;
    return typeof rolloutId === 'string' && typeof seq === 'number' ? { type: 'remove', rolloutId, seq } : null;
  }
  if (isObject(removeHeader)) {
    const { rolloutId } = removeHeader;
    return typeof rolloutId === 'string' ? { type: 'removeHeader', rolloutId } : null;
  }
  return null;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0');
}
