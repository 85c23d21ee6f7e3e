/**
 * The fewest items, in order, for which `holds` is still true, found by removing ever smaller parts (delta debugging).
 * `holds` limits the number of calls by returning false. It must be true for all items together.
 */
export function minimise<Item>(items: readonly Item[], holds: (items: readonly Item[]) => boolean): readonly Item[] {
  let kept = items;
  if (kept.length > 0 && holds([])) return [];
  let size = Math.ceil(kept.length / 2);
  while (size >= 1 && kept.length > 1) {
    const before = kept.length;
    for (let from = 0; from < kept.length && kept.length > 1;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (without.length > 0 && holds(without)) kept = without;
      else from += size;
    }
    if (kept.length === before || size > 1) size = size === 1 ? 0 : Math.ceil(Math.min(size, kept.length) / 2);
  }
  return kept;
}
