import { pairwiseRows, type Row } from './pairwise.ts';

/** Looks up the value that another name has in the same row. */
export type Lookup = (name: string) => unknown;

/** A value, or how it is derived from others in its row. */
export type ValueChoice = { readonly value: unknown } | { readonly from: (other: Lookup) => unknown };

/** The values that each name may have, in the order used for pairs. */
export type Choices = Readonly<Record<string, readonly ValueChoice[]>>;

export const each = (values: readonly unknown[]): readonly ValueChoice[] => values.map((value) => ({ value }));

/** A time this many milliseconds after that of the event, `at`. */
export const later = (ms: number): ValueChoice => ({ from: (other) => Number(other('at')) + ms });

const sizesOf = (choices: Choices): readonly number[] => Object.values(choices).map(({ length }) => length);

/** Rows that contain every pair of values of two names. */
export const allPairs = (choices: Choices): readonly Row[] => pairwiseRows(sizesOf(choices));

/** Each value at least once, in as few rows as possible, or at most `most`. */
export function eachValue(choices: Choices, most = Infinity): readonly Row[] {
  const sizes = sizesOf(choices);
  return Array.from({ length: Math.min(most, Math.max(...sizes)) }, (_, row) =>
    // Shifted against each other, so that the first values do not all meet.
    sizes.map((size, index) => (row + index * 5) % size),
  );
}

/** Every combination of values of two names, while all others take turns. */
export function eachOfTwo(choices: Choices, one: string, other: string): readonly Row[] {
  const names = Object.keys(choices);
  const sizes = sizesOf(choices);
  const [first, second] = [names.indexOf(one), names.indexOf(other)];
  const [width, height] = [sizes[first], sizes[second]];
  if (width === undefined || height === undefined) throw new Error(`There is no choice of ${one} and ${other}.`);
  return Array.from({ length: width * height }, (_, row) =>
    sizes.map((size, index) => {
      if (index === first) return row % width;
      return index === second ? Math.floor(row / width) : (row + index * 5) % size;
    }),
  );
}

/** The values of a row, by name. */
export function valuesIn(choices: Choices, row: Row): Lookup {
  const positions = new Map(Object.keys(choices).map((name, index) => [name, row[index]]));
  const lookUp: Lookup = (name) => {
    const choice = choices[name]?.[positions.get(name) ?? -1];
    if (choice === undefined) throw new Error(`The row has no value for ${name}.`);
    return 'value' in choice ? choice.value : choice.from(lookUp);
  };
  return lookUp;
}

/** The values of all names with this prefix, under the rest of the name. */
export const fieldsIn = (choices: Choices, values: Lookup, prefix: string): object =>
  Object.fromEntries(
    Object.keys(choices)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), values(name)]),
  );
