/** Order of names wherever an order is needed: by code unit, the same on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The names, sorted and each once. */
export function sortedUnique(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort(byCodeUnit);
}

/** The entries of a map in order of name, so that nothing depends on the order in which a file lists them. */
export function sortedEntries<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([a], [b]) => byCodeUnit(a, b));
}
