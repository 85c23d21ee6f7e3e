const BITS = 4;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

/**
 * An immutable list. Replacing or adding a value takes logarithmic time (base 16) and shares the rest. Copying a plain
 * array would dominate the planner's time at 100,000 hosts.
 */
export interface Vector<Value> {
  readonly length: number;
  /** How many bits of an index select within a child of the root. */
  readonly shift: number;
  readonly root: Branch<Value>;
}

type Branch<Value> = readonly (Value | Branch<Value>)[];

export function vectorOf<Value>(values: readonly Value[]): Vector<Value> {
  let level: Branch<Value> = values;
  let shift = 0;
  while (level.length > WIDTH) {
    const parents: Branch<Value>[] = [];
    for (let start = 0; start < level.length; start += WIDTH) parents.push(level.slice(start, start + WIDTH));
    level = parents;
    shift += BITS;
  }
  return { length: values.length, shift, root: shift === 0 ? values.slice() : level };
}

/**
 * The value at `index`.
 *
 * @throws RangeError outside the vector. Indexes come from the same state, so that is a bug.
 */
export function valueAt<Value>(vector: Vector<Value>, index: number): Value {
  if (!(index >= 0 && index < vector.length)) throw outside(index, vector.length);
  let branch = vector.root;
  // Above level 0, every entry of a branch is a branch; at level 0, every entry is a value.
  for (let shift = vector.shift; shift > 0; shift -= BITS) branch = branch[(index >>> shift) & MASK] as Branch<Value>;
  return branch[index & MASK] as Value;
}

/** The vector with another value at `index`, which must exist. */
export function withValue<Value>(vector: Vector<Value>, index: number, value: Value): Vector<Value> {
  const { length, shift } = vector;
  return { length, shift, root: replaced(vector.root, shift, index, value) };
}

/** The vector with a value added at its end. */
export function withPushed<Value>(vector: Vector<Value>, value: Value): Vector<Value> {
  const { length, shift, root } = vector;
  if (length < 1 << (shift + BITS)) {
    return { length: length + 1, shift, root: replaced(root, shift, length, value) };
  }
  const higher = shift + BITS;
  return { length: length + 1, shift: higher, root: replaced([root], higher, length, value) };
}

function replaced<Value>(branch: Branch<Value>, shift: number, index: number, value: Value): Branch<Value> {
  const copy = branch.slice();
  if (shift === 0) {
    copy[index & MASK] = value;
  } else {
    const slot = (index >>> shift) & MASK;
    // Above level 0, every entry is a branch. There is none yet if the value starts a new one.
    const child = (branch[slot] ?? []) as Branch<Value>;
    copy[slot] = replaced(child, shift - BITS, index, value);
  }
  return copy;
}

/** All values, in order. */
export function* valuesOf<Value>(vector: Vector<Value>): Generator<Value, void> {
  for (let index = 0; index < vector.length; index += 1) yield valueAt(vector, index);
}

/**
 * The entry of an array at `index`, which must exist.
 *
 * @throws RangeError if it does not: a bug.
 */
export function entryAt<Value>(entries: readonly Value[], index: number): Value {
  const entry = entries[index];
  if (entry === undefined) throw outside(index, entries.length);
  return entry;
}

function outside(index: number, length: number): RangeError {
  return new RangeError(`There is no entry ${index} in a list of ${length}: the control plane's state is broken.`);
}
