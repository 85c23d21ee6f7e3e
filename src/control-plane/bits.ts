import { valueAt, vectorOf, withValue, type Vector } from './vector.ts';

const WORD = 32;

/**
 * An immutable set of small integers. Adding, removing and finding the next member take logarithmic time. The first
 * layer has one bit per number. Each further layer has one bit per word of the layer below, set if that word is not
 * empty.
 */
export interface Bits {
  readonly layers: readonly Vector<number>[];
}

/** The numbers from 0 to `size` - 1 for which `has` is true. */
export function bitsOf(size: number, has: (index: number) => boolean): Bits {
  const layers: Vector<number>[] = [];
  let length = size;
  let test = has;
  do {
    const words: number[] = [];
    for (let start = 0; start < length; start += WORD) {
      let word = 0;
      for (let bit = 0; bit < WORD && start + bit < length; bit += 1) if (test(start + bit)) word |= 1 << bit;
      words.push(word);
    }
    layers.push(vectorOf(words));
    length = words.length;
    test = (index) => words[index] !== 0;
  } while (length > 1);
  return { layers };
}

export function hasBit(bits: Bits, index: number): boolean {
  return ((wordAt(bits, 0, index >>> 5) >>> (index & 31)) & 1) === 1;
}

/** The set with or without `index`; the same object if nothing changes. */
export function withBit(bits: Bits, index: number, present: boolean): Bits {
  if (hasBit(bits, index) === present) return bits;
  const layers = bits.layers.slice();
  let position = index;
  for (let layer = 0; layer < layers.length; layer += 1) {
    const at = position >>> 5;
    const before = wordAt(bits, layer, at);
    const after = present ? before | (1 << (position & 31)) : before & ~(1 << (position & 31));
    // `layer` is below the length of the list.
    layers[layer] = withValue(layers[layer] as Vector<number>, at, after);
    // The layer above only depends on whether the word is empty.
    if ((before === 0) === (after === 0)) break;
    position = at;
  }
  return { layers };
}

/** The smallest member that is at least `from`; -1 if there is none. */
export function nextBit(bits: Bits, from: number): number {
  let position = from;
  for (let layer = 0; layer < bits.layers.length; layer += 1) {
    const at = position >>> 5;
    const rest = wordAt(bits, layer, at) & (-1 << (position & 31));
    if (rest !== 0) return descend(bits, layer, at * WORD + lowestBit(rest));
    position = at + 1;
    // From the next word on, the search starts at bit 0.
  }
  return -1;
}

/** The members in rising order. */
export function* membersOf(bits: Bits): Generator<number, void> {
  for (let index = nextBit(bits, 0); index >= 0; index = nextBit(bits, index + 1)) yield index;
}

function descend(bits: Bits, layer: number, position: number): number {
  let at = position;
  for (let below = layer - 1; below >= 0; below -= 1) at = at * WORD + lowestBit(wordAt(bits, below, at));
  return at;
}

function wordAt(bits: Bits, layer: number, index: number): number {
  const words = bits.layers[layer];
  return words === undefined || index >= words.length ? 0 : valueAt(words, index);
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
