import { parseDuration, SPAN_PATTERN, writeDuration } from '../text/index.ts';

/** A duration in milliseconds: fixed if both ends are equal, otherwise drawn at random, ends included. */
export interface Span {
  readonly minMs: number;
  readonly maxMs: number;
  /**
   * Evenly spaced quantiles from the minimum to the maximum: every interval between two of them is equally likely. If
   * absent, every duration is. Scenario files cannot express them.
   */
  readonly quantilesMs?: readonly number[];
}

/** The duration at a share of the distribution, from 0 to 1. */
export function spanAt({ minMs, maxMs, quantilesMs = [minMs, maxMs] }: Span, share: number): number {
  const place = share * (quantilesMs.length - 1);
  const below = Math.floor(place);
  const low = quantilesMs[below] ?? minMs;
  const high = quantilesMs[below + 1] ?? maxMs;
  return Math.round(low + (high - low) * (place - below));
}

/** Parses a duration or a range; `null` if the text is neither, or the range starts with the longer one. */
export function parseSpan(text: string): Span | null {
  const [first = '', second] = text.split(' to ', 3);
  const minMs = parseDuration(first);
  const maxMs = second === undefined ? minMs : parseDuration(second);
  return minMs === null || maxMs === null || minMs > maxMs || !SPAN_PATTERN.test(text) ? null : { minMs, maxMs };
}

export function writeSpan({ minMs, maxMs }: Span): string {
  return minMs === maxMs ? writeDuration(minMs) : `${writeDuration(minMs)} to ${writeDuration(maxMs)}`;
}
