import type { Field } from '../../machine/index.ts';
import { formatTime, jsonIn, parseTime } from '../../text/index.ts';

/** A value as the text of an input. */
export function textOfValue({ type }: Field, value: unknown): string {
  switch (type) {
    case 'time':
      return typeof value === 'number' && Number.isFinite(value) ? isoTime(value) : '';
    case 'probeNames':
    case 'probeDeclarations':
    case 'probeSubResults':
    case 'probeRecords':
      return JSON.stringify(value);
    default:
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }
}

/** The value of an input's text; `undefined` if it is not a value of its type. */
export function valueOfText({ type, nullable }: Field, text: string): unknown {
  const isEmpty = text === '' || (type !== 'text' && type !== 'closure' && text.trim() === '');
  if (nullable && isEmpty) return null;
  switch (type) {
    case 'time':
      return parseTime(text.trim()) ?? undefined;
    case 'exitCode':
    case 'count':
    case 'seq':
      return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;
    case 'seconds':
    case 'probeNames':
    case 'probeDeclarations':
    case 'probeSubResults':
    case 'probeRecords':
      return jsonIn(text);
    default:
      return text;
  }
}

export const isoTime = (time: number): string => formatTime(time) ?? String(time);
