/** Groups markers that are too close together on a line. */
export interface Cluster<Item> {
  readonly x: number;
  readonly items: readonly Item[];
}

/** Groups items, ordered by `xOf`, into clusters whose members are within `within` pixels of the first. */
export function cluster<Item>(
  items: readonly Item[],
  xOf: (item: Item) => number,
  within: number,
): readonly Cluster<Item>[] {
  const clusters: { x: number; items: Item[] }[] = [];
  for (const item of items) {
    const last = clusters.at(-1);
    if (last !== undefined && xOf(item) - last.x < within) last.items.push(item);
    else clusters.push({ x: xOf(item), items: [item] });
  }
  return clusters;
}
