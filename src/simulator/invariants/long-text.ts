const MAX_BYTES = 4096;
/** A character takes up to four bytes, so a cut text is at most this much shorter than the limit. */
const MAX_BYTES_OF_CHARACTER = 4;
const HALF_A_CHARACTER = /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/u;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/**
 * Whether an agent may report `text` for what a program wrote: all of it, or as much of its start or end as fits into
 * 4,096 bytes, cut at a character (specification: wire).
 */
export function isReportOf(text: string, whole: string, keep: 'start' | 'end'): boolean {
  if (bytesOf(whole) <= MAX_BYTES) return text === whole;
  const isPart = keep === 'start' ? whole.startsWith(text) : whole.endsWith(text);
  const bytes = bytesOf(text);
  return isPart && bytes <= MAX_BYTES && bytes > MAX_BYTES - MAX_BYTES_OF_CHARACTER && !HALF_A_CHARACTER.test(text);
}
