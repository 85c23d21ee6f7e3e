import { parseDuration, SPAN_PATTERN, writeDuration } from '../text/index.ts';

/** A duration in milliseconds: fixed if both are equal, otherwise evenly drawn, both ends included. */
export interface Span {
  readonly minMs: number;
  readonly maxMs: number;
}

/** `null` if the text is neither, or begins with the longer one. */
export function parseSpan(text: string): Span | null {
  const [first = '', second] = text.split(' to ', 3);
  const minMs = parseDuration(first);
  const maxMs = second === undefined ? minMs : parseDuration(second);
  return minMs === null || maxMs === null || minMs > maxMs || !SPAN_PATTERN.test(text) ? null : { minMs, maxMs };
}

export function writeSpan({ minMs, maxMs }: Span): string {
  return minMs === maxMs ? writeDuration(minMs) : `${writeDuration(minMs)} to ${writeDuration(maxMs)}`;
}
