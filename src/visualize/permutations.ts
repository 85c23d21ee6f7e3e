/** Every order of the items: n! of them, so keep the list short. */
export function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  let found: readonly (readonly Item[])[] = [[]];
  for (const item of items) {
    found = found.flatMap((way) =>
      Array.from({ length: way.length + 1 }, (_, at) => [...way.slice(0, at), item, ...way.slice(at)]),
    );
  }
  return found;
}
