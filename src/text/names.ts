import { formatCount } from './describe.ts';

/** Compares names by code unit: the same order on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The names in order, without repetitions. */
export function sortedUnique(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort(byCodeUnit);
}

/** The entries of a map in order of name, so that nothing depends on their order in a file. */
export function sortedEntries<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([a], [b]) => byCodeUnit(a, b));
}

const MAX_COMPARED_LENGTH = 64;

/** The known name that was probably meant, or `null` if none is near. */
export function nearestName(given: string, known: Iterable<string>): string | null {
  if (given.length > MAX_COMPARED_LENGTH) return null;
  const lowered = given.toLowerCase();
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const name of known) {
    if (name.length > MAX_COMPARED_LENGTH) continue;
    const distance = editDistance(lowered, name.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest ?? whereItIsPart(lowered, known);
}

/** The known names nearest to a given one, nearest first, however far: whole, or one of the words that hyphens join. */
export function nearestNames(given: string, known: readonly string[], most: number): readonly string[] {
  const [whole, ...words] = [given, ...given.split('-')].map((text) =>
    text.slice(0, MAX_COMPARED_LENGTH).toLowerCase(),
  );
  const distanceOf = (name: string): number => {
    const parts = name.split('-').flatMap((part) => words.map((word) => editDistance(word, part)));
    return Math.min(editDistance(whole ?? '', name), ...parts.map((distance) => distance + 2));
  };
  const scored = known.map((name) => ({ name, distance: distanceOf(name.toLowerCase()) }));
  return scored
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

function whereItIsPart(lowered: string, known: Iterable<string>): string | null {
  if (lowered.length < 4) return null;
  const holding = [...known].filter((name) => name.toLowerCase().includes(lowered));
  return holding.find((name) => name.toLowerCase().startsWith(lowered)) ?? holding[0] ?? null;
}

/** How many letters have to be inserted, removed, replaced, or swapped with a neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The first few names, and how many more there are, as a list. */
export function namesOf(names: readonly string[], most: number): string {
  const shown = names.slice(0, names.length > most ? most - 1 : most).join(', ');
  const rest = names.length > most ? names.length - most + 1 : 0;
  return rest === 0 ? shown : `${shown} and ${formatCount(rest)} more`;
}

/** The same as part of a sentence: `a and b`. */
export function namesInWords(names: readonly string[], most: number): string {
  const last = names.at(-1);
  if (last === undefined || names.length === 1 || names.length > most) return namesOf(names, most);
  return `${names.slice(0, -1).join(', ')} and ${last}`;
}
