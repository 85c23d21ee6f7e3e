/** Something to find by typing a part of its name. */
export interface Findable<Target> {
  readonly title: string;
  /** What and where it is. Also searched. */
  readonly detail: string;
  readonly target: Target;
}

/** Many items of one kind, created only when found. */
export interface FindableList<Target> {
  /** The titles, in lower case. */
  readonly titles: readonly string[];
  readonly at: (index: number) => Findable<Target>;
}

export interface FindResult<Target> {
  /** The best first. */
  readonly found: readonly Findable<Target>[];
  /** How many more there are. */
  readonly more: number;
}

/** How well a title matches. Lower is better. */
const EXACT = 0;
const PREFIX = 1;
const WORD = 2;
const INSIDE = 3;
const DETAIL = 4;
const NONE = 5;

const isWordCharacter = /[\p{L}\p{N}]/u;

function rank(title: string, words: readonly string[], whole: string): number {
  if (title === whole) return EXACT;
  if (title.startsWith(whole)) return PREFIX;
  let worst = WORD;
  for (const word of words) {
    const at = title.indexOf(word);
    if (at < 0) return NONE;
    if (at > 0 && isWordCharacter.test(title[at - 1] ?? '')) worst = INSIDE;
  }
  return worst;
}

/** The words of a query, in lower case. */
export const wordsOf = (query: string): readonly string[] =>
  query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/**
 * Finds items that contain every word of a query in their title or, for `few`, in their detail. Titles that start with
 * the query come first. Otherwise `few` come before `lists`, each in order. An empty query finds exactly `few`.
 */
export function find<Target>(
  query: string,
  few: readonly Findable<Target>[],
  lists: readonly FindableList<Target>[],
  most: number,
): FindResult<Target> {
  const words = wordsOf(query);
  if (words.length === 0) return { found: few.slice(0, most), more: Math.max(0, few.length - most) };
  const whole = words.join(' ');
  const byRank: (() => Findable<Target>)[][] = Array.from({ length: NONE }, () => []);
  let count = 0;
  const add = (fit: number, make: () => Findable<Target>) => {
    count += 1;
    const equals = byRank[fit];
    if (equals !== undefined && equals.length < most) equals.push(make);
  };
  for (const each of few) {
    const title = each.title.toLowerCase();
    let fit = rank(title, words, whole);
    if (fit === NONE) {
      const text = `${title} ${each.detail.toLowerCase()}`;
      if (words.every((word) => text.includes(word))) fit = DETAIL;
    }
    if (fit !== NONE) add(fit, () => each);
  }
  for (const { titles, at } of lists) {
    for (const [index, title] of titles.entries()) {
      const fit = rank(title, words, whole);
      if (fit !== NONE) add(fit, () => at(index));
    }
  }
  const found = byRank
    .flat()
    .slice(0, most)
    .map((make) => make());
  return { found, more: count - found.length };
}
