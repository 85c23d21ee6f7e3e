import type { FieldKind } from './event-fields.ts';

/** What stands in the input for a value. */
export function textOfValue(kind: FieldKind, value: unknown): string {
  switch (kind) {
    case 'time':
    case 'time-or-null':
      return typeof value === 'number' && Number.isFinite(value) ? isoTime(value) : '';
    case 'names':
    case 'probes':
    case 'sub-results':
      return JSON.stringify(value);
    default:
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }
}

/** The value that stands in an input; `undefined` where the text is no value of its kind. */
export function valueOfText(kind: FieldKind, text: string): unknown {
  switch (kind) {
    case 'time':
      return timeOf(text);
    case 'time-or-null':
      return text.trim() === '' ? null : timeOf(text);
    case 'whole':
    case 'count':
    case 'seq':
      return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;
    case 'text-or-null':
      return text === '' ? null : text;
    case 'names':
    case 'probes':
    case 'sub-results':
      return parseJson(text);
    default:
      return text;
  }
}

const LATEST_TIME = 8.64e15;

export const isoTime = (time: number): string =>
  Math.abs(time) <= LATEST_TIME ? new Date(time).toISOString() : String(time);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function timeOf(text: string): number | undefined {
  const time = TIME.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
