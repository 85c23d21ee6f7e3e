import { isObject } from '../../../text/index.ts';

/** A slice of a long list inside a value, and the path of that list. */
export interface ListPart {
  readonly path: readonly (string | number)[];
  readonly items: readonly unknown[];
}

/** A value without its long lists, and those lists in slices, in order. */
export interface TakenApart {
  readonly head: unknown;
  readonly parts: readonly ListPart[];
}

/** Encoding one slice takes a few milliseconds, so requests can be answered in between. */
const ITEMS_PER_PART = 500;

/**
 * Splits a value, so that values of any size can be encoded and decoded piece by piece. A JavaScript string is limited
 * to half a gigabyte, and encoding a large one would block the process.
 */
export function takeApart(value: unknown, path: readonly (string | number)[] = []): TakenApart {
  if (Array.isArray(value)) {
    if (value.length <= ITEMS_PER_PART) return join(value.map((item, index) => takeApart(item, [...path, index])));
    const slices = Math.ceil(value.length / ITEMS_PER_PART);
    const parts = Array.from({ length: slices }, (_, slice) => ({
      path,
      items: value.slice(slice * ITEMS_PER_PART, (slice + 1) * ITEMS_PER_PART),
    }));
    return { head: [], parts };
  }
  if (!isObject(value)) return { head: value, parts: [] };
  const names = Object.keys(value);
  const { head, parts } = join(names.map((name) => takeApart(value[name], [...path, name])));
  return { head: Object.fromEntries(names.map((name, index) => [name, head[index]])), parts };
}

function join(members: readonly TakenApart[]): {
  readonly head: readonly unknown[];
  readonly parts: readonly ListPart[];
} {
  return { head: members.map(({ head }) => head), parts: members.flatMap(({ parts }) => parts) };
}

/**
 * Appends a slice to its list.
 *
 * @throws TypeError if there is no list at its path.
 */
export function putBack(head: unknown, { path, items }: ListPart): void {
  let place: unknown = head;
  for (const step of path) {
    if (Array.isArray(place) && typeof step === 'number') place = place[step];
    else if (isObject(place) && typeof step === 'string') place = place[step];
    else place = undefined;
  }
  if (!Array.isArray(place)) throw new TypeError(`There is no list at ${path.join('.')}.`);
  for (const item of items) place.push(item);
}
