const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A simulated duration as people read it: `0s`, `45s`, `2m 05s`, `1h 00m 05s`, `3d 04h 05m`. Rounded down. */
export function formatDuration(ms: number): string {
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  if (days > 0) return `${days}d ${two(hours)}h ${two(minutes)}m`;
  if (hours > 0) return `${hours}h ${two(minutes)}m ${two(seconds)}s`;
  if (minutes > 0) return `${minutes}m ${two(seconds)}s`;
  return `${seconds}s`;
}

/** The same without a part that is 0 at its end: `20m`, `1h`, `90s` is `1m 30s`. For what a person has configured. */
export function formatRoundDuration(ms: number): string {
  const text = formatDuration(ms);
  return text.replace(/( 00[hms])+$/, '');
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
