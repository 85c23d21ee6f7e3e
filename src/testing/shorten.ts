/** Limits on trials. */
export interface ShortenLimits {
  readonly trials: number;
  /** Items in all trials together. */
  readonly items: number;
}

/**
 * Finds a short part of a list that still fails, in the same order: leaves out halves, then quarters, down to single
 * items, while the rest still fails. The whole list must fail. At the limits, returns the shortest part so far.
 */
export async function shorten<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<boolean>,
  limits: ShortenLimits,
): Promise<readonly Item[]> {
  let shortest = items;
  let trials = 0;
  let used = 0;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.length;) {
      const rest = [...shortest.slice(0, from), ...shortest.slice(from + size)];
      trials += 1;
      used += rest.length;
      if (trials > limits.trials || used > limits.items) return shortest;
      if (await fails(rest)) shortest = rest;
      else from += size;
    }
  }
  return shortest;
}
