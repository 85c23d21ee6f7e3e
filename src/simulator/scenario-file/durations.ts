import type { Span } from '../span.ts';

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
type Unit = keyof typeof UNIT_MS;

const PART = String.raw`\d{1,12}(?:\.\d{1,6})?(?:ms|[dhms])`;
const DURATION = String.raw`${PART}(?: ?${PART}){0,4}`;

/** A duration such as `30s`, `1h30m` or `250ms`. */
export const DURATION_PATTERN: RegExp = new RegExp(`^${DURATION}$`);
/** A duration, or two of them with `to` in between: `30s to 2m`. */
export const SPAN_PATTERN: RegExp = new RegExp(`^${DURATION}(?: to ${DURATION})?$`);

/** Milliseconds; `null` if the text is no duration. Fractions of a millisecond are dropped. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    total += Number(amount) * UNIT_MS[unit as Unit]; // The pattern lets no other unit through.
  }
  const ms = Math.floor(total);
  return Number.isSafeInteger(ms) ? ms : null;
}

/** `null` if the text is neither, or begins with the longer one. */
export function parseSpan(text: string): Span | null {
  const [first = '', second] = text.split(' to ', 3);
  const minMs = parseDuration(first);
  const maxMs = second === undefined ? minMs : parseDuration(second);
  return minMs === null || maxMs === null || minMs > maxMs || !SPAN_PATTERN.test(text) ? null : { minMs, maxMs };
}

/** The shortest text that reads back as the same: `90000` is `1m30s`. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.floor(ms));
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]);
    rest -= count * UNIT_MS[unit];
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

export function formatSpan({ minMs, maxMs }: Span): string {
  return minMs === maxMs ? formatDuration(minMs) : `${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
}
