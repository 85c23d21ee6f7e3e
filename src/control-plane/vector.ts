const BITS = 4;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;
const ALL_BITS = -1;

/**
 * An immutable list of a fixed length, in which replacing one value costs the logarithm of the length to base 16 and
 * shares everything else. A plain array would be copied whole: with 100,000 hosts that is what a planner's time goes to.
 * One that is written in place needs no branches, and is nothing but such an array.
 */
export interface Vector<Value> {
  readonly length: number;
  /** How many bits of an index lie below the children of the root. */
  readonly shift: number;
  /** The bits of an index that say where a value is in its branch. */
  readonly leafMask: number;
  readonly root: Branch<Value>;
}

type Branch<Value> = readonly (Value | Branch<Value>)[];

/** @param inPlace only `putValue` will write to it */
export function vectorOf<Value>(values: readonly Value[], inPlace = false): Vector<Value> {
  if (inPlace) return { length: values.length, shift: 0, leafMask: ALL_BITS, root: values.slice() };
  let level: Branch<Value> = values;
  let shift = 0;
  while (level.length > WIDTH) {
    const parents: Branch<Value>[] = [];
    for (let start = 0; start < level.length; start += WIDTH) parents.push(level.slice(start, start + WIDTH));
    level = parents;
    shift += BITS;
  }
  return { length: values.length, shift, leafMask: MASK, root: shift === 0 ? values.slice() : level };
}

/** The value at `index`; `undefined` outside the vector. */
export function valueAt<Value>(vector: Vector<Value>, index: number): Value | undefined {
  if (!(index >= 0 && index < vector.length)) return undefined;
  let branch = vector.root;
  // Above level 0 every entry of a branch is a branch, and at level 0 every entry is a value.
  for (let shift = vector.shift; shift > 0; shift -= BITS) branch = branch[(index >>> shift) & MASK] as Branch<Value>;
  return branch[index & vector.leafMask] as Value;
}

/** The vector with another value at `index`, which must be inside it. */
export function withValue<Value>(vector: Vector<Value>, index: number, value: Value): Vector<Value> {
  const { length, shift, leafMask } = vector;
  return { length, shift, leafMask, root: replaced(vector.root, shift, leafMask, index, value) };
}

/** The same without a copy: writes into the vector, which nobody else may hold, and returns it. */
export function putValue<Value>(vector: Vector<Value>, index: number, value: Value): Vector<Value> {
  let branch = vector.root;
  // Above level 0 every entry of a branch is a branch; and the caller is the only one who holds any of them.
  for (let shift = vector.shift; shift > 0; shift -= BITS) branch = branch[(index >>> shift) & MASK] as Branch<Value>;
  (branch as Value[])[index & vector.leafMask] = value;
  return vector;
}

function replaced<Value>(
  branch: Branch<Value>,
  shift: number,
  leafMask: number,
  index: number,
  value: Value,
): Branch<Value> {
  const copy = branch.slice();
  if (shift === 0) {
    copy[index & leafMask] = value;
  } else {
    const slot = (index >>> shift) & MASK;
    // Above level 0 every entry is a branch.
    copy[slot] = replaced(branch[slot] as Branch<Value>, shift - BITS, leafMask, index, value);
  }
  return copy;
}

/** All values, in order. */
export function* valuesOf<Value>(vector: Vector<Value>): Generator<Value, void> {
  // Inside the vector there is a value at every index.
  for (let index = 0; index < vector.length; index += 1) yield valueAt(vector, index) as Value;
}
