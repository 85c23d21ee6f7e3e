/**
 * Values that count reads of their fields. Work that grows faster than the number of values shows as more reads of
 * each, on any machine.
 */
export function countReads<T extends object>(
  values: readonly T[],
): { readonly counted: readonly T[]; readonly reads: () => number } {
  let reads = 0;
  const handler: ProxyHandler<T> = {
    get(target, key) {
      reads += 1;
      return Reflect.get(target, key);
    },
  };
  return { counted: values.map((value) => new Proxy(value, handler)), reads: () => reads };
}
