const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
type Unit = keyof typeof UNIT_MS;

const PART = String.raw`\d{1,12}(?:\.\d{1,6})?(?:ms|[dhms])`;
const DURATION = String.raw`${PART}(?: ?${PART}){0,4}`;

/** A duration such as `30s`, `1h30m`, `1h 30m` or `250ms`: at most five parts. */
export const DURATION_PATTERN: RegExp = new RegExp(`^${DURATION}$`);
/** A duration, or two of them with `to` in between: `30s to 2m`. */
export const SPAN_PATTERN: RegExp = new RegExp(`^${DURATION}(?: to ${DURATION})?$`);

/** Milliseconds; `null` if the text is not a duration. Fractions of a millisecond are dropped. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    total += Number(amount) * UNIT_MS[unit as Unit]; // The pattern lets no other unit through.
  }
  const ms = Math.floor(total);
  return Number.isSafeInteger(ms) ? ms : null;
}

/** The shortest text that parses back to the same number of milliseconds: `90000` is `1m30s`. For files. */
export function writeDuration(ms: number): string {
  let rest = Math.max(0, Math.floor(ms));
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const amount = Math.floor(rest / UNIT_MS[unit]);
    rest -= amount * UNIT_MS[unit];
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text === '' ? '0s' : text;
}

/** A duration for a person, rounded down to seconds: `0s`, `45s`, `2m 05s`, `1h 00m 05s`, `3d 04h 05m`. */
export function formatDuration(ms: number): string {
  const days = Math.floor(ms / UNIT_MS.d);
  const hours = Math.floor((ms % UNIT_MS.d) / UNIT_MS.h);
  const minutes = Math.floor((ms % UNIT_MS.h) / UNIT_MS.m);
  const seconds = Math.floor((ms % UNIT_MS.m) / UNIT_MS.s);
  if (days > 0) return `${days}d ${two(hours)}h ${two(minutes)}m`;
  if (hours > 0) return `${hours}h ${two(minutes)}m ${two(seconds)}s`;
  if (minutes > 0) return `${minutes}m ${two(seconds)}s`;
  return `${seconds}s`;
}

/** The same as {@link formatDuration}, without trailing zero parts: `20m`, `1h`. For configured durations. */
export function formatRoundDuration(ms: number): string {
  return formatDuration(ms).replace(/( 00[hms])+$/, '');
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
