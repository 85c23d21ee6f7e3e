import { isObject } from '../text/index.ts';

/**
 * A part of a snapshot as plain data, so that a snapshot of any size can be made, encoded and decoded part by part. A
 * JavaScript string is limited to half a gigabyte, and encoding a large one would block the process.
 */
export interface SnapshotPart {
  /** The list that this part continues; empty for the first part, which is everything except the long lists. */
  readonly path: SnapshotPath;
  /** Items of that list, in order. */
  readonly body: unknown;
}

export type SnapshotPath = readonly (string | number)[];

/** Making and encoding one slice takes a few milliseconds. */
const ITEMS_PER_PART = 500;
/** Longer lists become separate parts. */
const MAX_SHORT_LENGTH = 50;

/** The items of a list in slices. */
export function* slicesOf(path: SnapshotPath, items: Iterable<unknown>): Generator<SnapshotPart, void> {
  let body: unknown[] = [];
  for (const item of items) {
    body.push(item);
    if (body.length < ITEMS_PER_PART) continue;
    yield { path, body };
    body = [];
  }
  if (body.length > 0) yield { path, body };
}

/** The value at `path` in parts: first without its long lists, then those lists in slices. */
export function* partsOf(value: unknown, path: SnapshotPath): Generator<SnapshotPart, void> {
  const lists: { readonly path: SnapshotPath; readonly items: readonly unknown[] }[] = [];
  const headOf = (member: unknown, at: SnapshotPath): unknown => {
    if (Array.isArray(member)) {
      if (member.length <= MAX_SHORT_LENGTH) return member.map((item, index) => headOf(item, [...at, index]));
      lists.push({ path: at, items: member });
      return [];
    }
    if (!isObject(member)) return member;
    return Object.fromEntries(Object.entries(member).map(([name, field]) => [name, headOf(field, [...at, name])]));
  };
  const head = headOf(value, path);
  // Further parts continue the same list.
  if (path.length === 0) yield { path, body: head };
  else yield { path: path.slice(0, -1), body: [head] };
  for (const list of lists) yield* deepSlicesOf(list.path, list.items);
}

/** Also splits items that have long lists themselves, such as budgets that select most of a fleet. */
function* deepSlicesOf(path: SnapshotPath, items: readonly unknown[]): Generator<SnapshotPart, void> {
  for (let start = 0; start < items.length; start += ITEMS_PER_PART) {
    const body = items.slice(start, start + ITEMS_PER_PART);
    if (!body.some(hasLongList)) yield { path, body };
    else for (const [offset, item] of body.entries()) yield* partsOf(item, [...path, start + offset]);
  }
}

function hasLongList(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > MAX_SHORT_LENGTH || value.some(hasLongList);
  return isObject(value) && Object.values(value).some(hasLongList);
}

/**
 * Adds the next part to a value, which is `undefined` before the first part. Writes to the value, and to the first
 * part.
 *
 * @throws TypeError if they do not fit together.
 */
export function withPart(value: unknown, { path, body }: SnapshotPart): unknown {
  if (path.length === 0) return body;
  const list = memberAt(value, path);
  if (!Array.isArray(list) || !Array.isArray(body)) throw new TypeError(`There is no list at ${path.join('.')}.`);
  for (const item of body) list.push(item);
  return value;
}

function memberAt(value: unknown, path: SnapshotPath): unknown {
  let member = value;
  for (const step of path) {
    if (Array.isArray(member) && typeof step === 'number') member = member[step];
    else if (isObject(member) && typeof step === 'string') member = member[step];
    else return undefined;
  }
  return member;
}
