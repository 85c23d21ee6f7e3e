/** For each parameter in order, the index of its value. */
export type Row = readonly number[];

const known = new Map<string, readonly Row[]>();

/**
 * Rows that contain every pair of values of two parameters at least once (2-wise combinatorial coverage). `sizes` are
 * the numbers of values. Greedy and deterministic: each row takes as many new pairs as possible, so the first rows
 * cover most. Cached by sizes, because the cells of one chart mostly differ only in the values.
 */
export function pairwiseRows(sizes: readonly number[]): readonly Row[] {
  const key = sizes.join();
  const rows = known.get(key) ?? greedyRows(sizes);
  known.set(key, rows);
  return rows;
}

function greedyRows(sizes: readonly number[]): readonly Row[] {
  const offsets: number[] = [];
  let width = 0;
  for (const size of sizes) {
    offsets.push(width);
    width += size;
  }
  const uncovered = new Uint8Array(width * width);
  // How many uncovered pairs each value has left, to start each row with the neediest.
  const need: number[] = Array.from({ length: width }, () => 0);
  let left = 0;
  const slot = (parameter: number, value: number): number => at(offsets, parameter) + value;
  forEachPair(sizes, (first, second, a, b) => {
    uncovered[slot(first, a) * width + slot(second, b)] = 1;
    uncovered[slot(second, b) * width + slot(first, a)] = 1;
    need[slot(first, a)] = at(need, slot(first, a)) + 1;
    need[slot(second, b)] = at(need, slot(second, b)) + 1;
    left += 1;
  });

  const rows: Row[] = [];
  while (left > 0) {
    const row = nextRow();
    left -= cover(row);
    rows.push(row);
  }
  return rows;

  /** Starts with the neediest value, then gives every other parameter, neediest first, its best value. */
  function nextRow(): Row {
    const chosen: number[] = Array.from({ length: sizes.length }, () => -1);
    const order = sizes.map((_, index) => index).toSorted((a, b) => needOf(b) - needOf(a));
    for (const parameter of order) {
      let best = -1;
      let bestValue = 0;
      const size = at(sizes, parameter);
      // If nothing new is left, values take turns.
      for (let turn = 0; turn < size; turn += 1) {
        const value = (turn + rows.length) % size;
        const score = gain(parameter, value, chosen) * (width + 1) + Math.min(at(need, slot(parameter, value)), width);
        if (score > best) [best, bestValue] = [score, value];
      }
      chosen[parameter] = bestValue;
    }
    return chosen;
  }

  function needOf(parameter: number): number {
    let most = 0;
    for (let value = 0; value < at(sizes, parameter); value += 1) {
      most = Math.max(most, at(need, slot(parameter, value)));
    }
    return most;
  }

  function gain(parameter: number, value: number, chosen: readonly number[]): number {
    const from = slot(parameter, value) * width;
    let count = 0;
    chosen.forEach((other, index) => {
      if (other >= 0 && uncovered[from + slot(index, other)] === 1) count += 1;
    });
    return count;
  }

  function cover(row: Row): number {
    let covered = 0;
    for (let first = 0; first < row.length; first += 1) {
      for (let second = first + 1; second < row.length; second += 1) {
        const [a, b] = [slot(first, at(row, first)), slot(second, at(row, second))];
        if (uncovered[a * width + b] !== 1) continue;
        uncovered[a * width + b] = 0;
        uncovered[b * width + a] = 0;
        need[a] = at(need, a) - 1;
        need[b] = at(need, b) - 1;
        covered += 1;
      }
    }
    return covered;
  }
}

function forEachPair(
  sizes: readonly number[],
  visit: (first: number, second: number, a: number, b: number) => void,
): void {
  for (let first = 0; first < sizes.length; first += 1) {
    for (let second = first + 1; second < sizes.length; second += 1) {
      for (let a = 0; a < at(sizes, first); a += 1) {
        for (let b = 0; b < at(sizes, second); b += 1) visit(first, second, a, b);
      }
    }
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`There is no item ${index}.`);
  return item;
}
