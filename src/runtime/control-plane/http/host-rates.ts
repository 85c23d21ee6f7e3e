import type { Clock } from '../../shared/clock.ts';

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** When the table has this many hosts, those that have been quiet are dropped. */
const MAX_TABLE = 200_000;

/**
 * Limits the requests of each host to `perSec` on average and `burst` at once, so that a flood from one does not affect
 * the others.
 */
export class HostRates {
  readonly #clock: Clock;
  readonly #perSec: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, perSec: number, burst: number) {
    this.#clock = clock;
    this.#perSec = perSec;
    this.#burst = burst;
  }

  /** Whether the host may send a request now. If so, it is counted. */
  take(hostname: string): boolean {
    const nowMs = this.#clock.elapsedMs();
    const known = this.#buckets.get(hostname);
    if (known === undefined) {
      if (this.#buckets.size >= MAX_TABLE) this.#dropQuiet(nowMs);
      this.#buckets.set(hostname, { tokens: this.#burst - 1, filledMs: nowMs });
      return true;
    }
    known.tokens = Math.min(this.#burst, known.tokens + ((nowMs - known.filledMs) * this.#perSec) / 1000);
    known.filledMs = nowMs;
    if (known.tokens < 1) return false;
    known.tokens -= 1;
    return true;
  }

  #dropQuiet(nowMs: number): void {
    const fullAfterMs = (this.#burst * 1000) / this.#perSec;
    for (const [hostname, { filledMs }] of this.#buckets) {
      if (nowMs - filledMs >= fullAfterMs) this.#buckets.delete(hostname);
    }
    if (this.#buckets.size >= MAX_TABLE) this.#buckets.clear();
  }
}
