const EXACT_BITS = 10;
const EXACT = 2 ** EXACT_BITS;

/** A distribution as plain data, to send between threads. */
export type DistributionData = readonly (readonly [number, number])[];

/**
 * Numbers from 0 up, counted in buckets with a relative width of at most 1/1024, so that a million numbers need no more
 * memory than a thousand. The result does not depend on the order or the grouping of the numbers.
 */
export class Distribution {
  readonly #counts: Map<number, number>;
  #total = 0;

  constructor(data: DistributionData = []) {
    this.#counts = new Map(data);
    for (const count of this.#counts.values()) this.#total += count;
  }

  get total(): number {
    return this.#total;
  }

  add(value: number): void {
    const bucket = bucketOf(value);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total += 1;
  }

  merge(data: DistributionData): void {
    for (const [bucket, count] of data) {
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
      this.#total += count;
    }
  }

  /**
   * The quantile for a share, up to 1/1024 too large. `null` if there are too few numbers: the 99th percentile of 50
   * numbers would just be their maximum.
   */
  percentile(share: number): number | null {
    if (this.#total < Math.round(1 / (1 - share))) return null;
    const wanted = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (const [bucket, count] of this.toData()) {
      seen += count;
      if (seen >= wanted) return bucket;
    }
    return null;
  }

  toData(): DistributionData {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

/** The largest number of the bucket. */
function bucketOf(value: number): number {
  const whole = Math.max(0, Math.floor(value));
  if (whole < EXACT) return whole;
  const width = 2 ** (Math.floor(Math.log2(whole)) - EXACT_BITS);
  return (Math.floor(whole / width) + 1) * width - 1;
}
