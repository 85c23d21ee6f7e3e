import type { Clock } from '../../shared/clock.ts';

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** Hosts that are looked through when the table is full, to drop those that have been quiet. */
const MAX_TABLE = 200_000;

/** How often each host may ask: `perSec` on average, and `burst` at once. So a flood from one costs the others nothing. */
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

  /** Whether the host may ask now; it then has one request less. */
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
