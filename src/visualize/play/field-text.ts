import type { Field } from '../../machine/index.ts';

/** What stands in the input for a value. */
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

/** The value that stands in an input; `undefined` where the text is no value of its kind. */
export function valueOfText({ type, nullable }: Field, text: string): unknown {
  const isEmpty = text === '' || (type !== 'text' && type !== 'closure' && text.trim() === '');
  if (nullable && isEmpty) return null;
  switch (type) {
    case 'time':
      return timeOf(text);
    case 'exitCode':
    case 'count':
    case 'seq':
    case 'seconds':
      return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;
    case 'probeNames':
    case 'probeDeclarations':
    case 'probeSubResults':
    case 'probeRecords':
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
