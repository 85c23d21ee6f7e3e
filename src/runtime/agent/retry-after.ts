import type { Time } from '../../machine/index.ts';

/** Whatever a proxy asks for, the agent is heard again within this time. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * How long the header `Retry-After` asks to wait: a number of seconds, or a date. `null` without the header, or if it
 * cannot be read.
 */
export function retryAfterMs(header: string | null, now: Time): number | null {
  if (header === null) return null;
  const text = header.trim();
  const waitMs = /^[0-9]{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), LONGEST_WAIT_MS);
}
