import type { ControlPlaneCore, ControlPlaneEffect } from '../../control-plane/index.ts';
import { isObject, jsonIn } from '../../text/index.ts';
import { emptyFold, replayEntries, type Replayed, type ReplayEntry } from './replay.ts';
import { decodeInput, type RecordedInput } from './recorded-input.ts';

/** The `format` in the first line of an input log. */
export const INPUT_LOG_FORMAT = 'nixfleet-control-plane-log';
/** Raised when an older reader could misread a newer log. */
export const INPUT_LOG_VERSION = 1;

/** A replayed file, or the line that cannot be used. */
export type ReplayedLog =
  | ({ readonly ok: true } & Replayed)
  | { readonly ok: false; readonly line: number; readonly message: string };

/** Whether a text starts with the header of an input log, of any version. */
export function isInputLog(text: string): boolean {
  const first = jsonIn(text.slice(0, text.includes('\n') ? text.indexOf('\n') : undefined));
  return isObject(first) && first['format'] === INPUT_LOG_FORMAT;
}

/**
 * Replays an input log in JSON lines, as any control plane can write it (docs/operating.md): a header, then one line
 * per input with its time and, to be compared, what was decided.
 */
export async function replayInputLog(core: ControlPlaneCore, text: string): Promise<ReplayedLog> {
  const lines = text.split('\n');
  const header = jsonIn(lines[0] ?? '');
  if (!isObject(header) || header['format'] !== INPUT_LOG_FORMAT)
    return { ok: false, line: 1, message: `expected the header of an input log, with "format": "${INPUT_LOG_FORMAT}"` };
  const { version, config, effects } = header;
  if (version !== INPUT_LOG_VERSION)
    return { ok: false, line: 1, message: `expected version ${INPUT_LOG_VERSION}, found ${JSON.stringify(version)}` };
  const types = Array.isArray(effects) ? new Set(effects.map(String)) : null;
  let reached = 1;
  async function* entries(): AsyncGenerator<readonly ReplayEntry[], void> {
    let seq = 0;
    for (const [index, line] of lines.entries()) {
      if (index === 0 || line.trim() === '') continue;
      reached = index + 1;
      seq += 1;
      yield [entryOf(seq, jsonIn(line))];
    }
  }
  try {
    // `start` reports what is wrong.
    const start = emptyFold(core, isObject(config) ? config : {});
    return { ok: true, ...(await replayEntries(core, start, entries(), types)) };
  } catch (error) {
    return { ok: false, line: reached, message: error instanceof Error ? error.message : String(error) };
  }
}

function entryOf(seq: number, json: unknown): ReplayEntry {
  if (!isObject(json) || typeof json['at'] !== 'number')
    throw new TypeError('expected an object with `at`, in epoch milliseconds, and `input`');
  const read = decodeInput(json['input']);
  if (!read.ok) {
    const [problem] = read.problems;
    throw new TypeError(`the input cannot be read: ${problem?.path}: ${problem?.message}`);
  }
  const recorded: RecordedInput = { seq, at: json['at'], input: read.input, signedAt: read.signedAt };
  // Safe: they are only compared with the core's.
  const effects = Array.isArray(json['effects']) ? (json['effects'] as ControlPlaneEffect[]) : null;
  return { recorded, effects: effects?.map((effect) => ({ effect })) ?? null };
}
