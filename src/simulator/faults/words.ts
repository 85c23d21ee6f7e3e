import { formatCount, formatRoundDuration } from '../../text/index.ts';

/** Words shared by the descriptions of several steps. */

export function timeWords(ms: number): string {
  return ms > 0 && ms < 1000 ? `${ms} ms` : formatRoundDuration(ms);
}

export function probeWords(name: string | null): string {
  return name === null ? 'every enforce probe' : `probe ${name}`;
}

/** `, for 5m`, or nothing without a time. */
export function lastingWords(words: string, ms: number | null): string {
  return ms === null ? '' : `${words} ${timeWords(ms)}`;
}

export function timesWords(amount: number | null): string {
  return amount === null ? '' : amount === 1 ? ' once' : ` ${formatCount(amount)} times`;
}
