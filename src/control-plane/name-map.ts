import { byCodeUnit } from '../text/index.ts';

const BITS = 5;
const MASK = 31;
const HASH_BITS = 32;

/**
 * An immutable map from names, which may be any strings, to values. A hash trie: setting a value takes logarithmic time
 * and shares the rest.
 */
export interface NameMap<Value> {
  readonly size: number;
  readonly root: Node<Value> | null;
}

interface Leaf<Value> {
  readonly kind: 'leaf';
  readonly hash: number;
  readonly name: string;
  readonly value: Value;
}

/** One child per bit that is set in `bitmap`, in the order of the bits. */
interface Fork<Value> {
  readonly kind: 'fork';
  readonly bitmap: number;
  readonly children: readonly Node<Value>[];
}

/** Names with the same hash. */
interface Clash<Value> {
  readonly kind: 'clash';
  readonly leaves: readonly Leaf<Value>[];
}

type Node<Value> = Leaf<Value> | Fork<Value> | Clash<Value>;

export const EMPTY_NAME_MAP: NameMap<never> = Object.freeze({ size: 0, root: null });

export function valueOf<Value>(map: NameMap<Value>, name: string): Value | undefined {
  return find(map.root, hashOf(name), name);
}

function find<Value>(root: Node<Value> | null, hash: number, name: string): Value | undefined {
  let node = root;
  for (let shift = 0; node !== null && node.kind === 'fork'; shift += BITS) {
    const bit = 1 << ((hash >>> shift) & MASK);
    node = (node.bitmap & bit) === 0 ? null : (node.children[indexOf(node.bitmap, bit)] ?? null);
  }
  if (node === null) return undefined;
  if (node.kind === 'leaf') return node.name === name ? node.value : undefined;
  return node.leaves.find((leaf) => leaf.name === name)?.value;
}

/** The map with `value` under `name`. */
export function withEntry<Value>(map: NameMap<Value>, name: string, value: Value): NameMap<Value> {
  const leaf: Leaf<Value> = { kind: 'leaf', hash: hashOf(name), name, value };
  if (map.root === null) return { size: 1, root: leaf };
  const isNew = find(map.root, leaf.hash, name) === undefined;
  return { size: map.size + (isNew ? 1 : 0), root: inserted(map.root, 0, leaf) };
}

/** All values, in an order that depends on the names alone. */
export function* mapValues<Value>({ root }: NameMap<Value>): Generator<Value, void> {
  if (root !== null) yield* valuesBelow(root);
}

function* valuesBelow<Value>(node: Node<Value>): Generator<Value, void> {
  if (node.kind === 'leaf') yield node.value;
  else if (node.kind === 'clash') for (const { value } of node.leaves) yield value;
  else for (const child of node.children) yield* valuesBelow(child);
}

function inserted<Value>(node: Node<Value>, shift: number, leaf: Leaf<Value>): Node<Value> {
  switch (node.kind) {
    case 'leaf':
      return node.name === leaf.name ? leaf : joined(node, node.hash, shift, leaf);
    case 'clash':
      return clashOf([...node.leaves.filter(({ name }) => name !== leaf.name), leaf]);
    case 'fork': {
      const bit = 1 << ((leaf.hash >>> shift) & MASK);
      const at = indexOf(node.bitmap, bit);
      const children = node.children.slice();
      const child = node.children[at];
      if ((node.bitmap & bit) === 0 || child === undefined) children.splice(at, 0, leaf);
      else children[at] = inserted(child, shift + BITS, leaf);
      return { kind: 'fork', bitmap: node.bitmap | bit, children };
    }
  }
}

/** A fork for two different names; at most seven levels deep, because a hash has no more bits. */
function joined<Value>(first: Leaf<Value>, hash: number, shift: number, second: Leaf<Value>): Node<Value> {
  if (shift >= HASH_BITS) return clashOf([first, second]);
  const firstSlot = (hash >>> shift) & MASK;
  const secondSlot = (second.hash >>> shift) & MASK;
  if (firstSlot === secondSlot) {
    return { kind: 'fork', bitmap: 1 << firstSlot, children: [joined(first, hash, shift + BITS, second)] };
  }
  const children = firstSlot < secondSlot ? [first, second] : [second, first];
  return { kind: 'fork', bitmap: (1 << firstSlot) | (1 << secondSlot), children };
}

function clashOf<Value>(leaves: readonly Leaf<Value>[]): Clash<Value> {
  return { kind: 'clash', leaves: leaves.toSorted((a, b) => byCodeUnit(a.name, b.name)) };
}

/** The number of children before that of `bit`. */
function indexOf(bitmap: number, bit: number): number {
  let rest = bitmap & (bit - 1);
  rest -= (rest >>> 1) & 0x55555555;
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** FNV-1a over code units, with a final mix because similar names differ in few bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
