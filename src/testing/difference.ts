import { at, excerpt } from '../text/index.ts';
/** One place where two values differ. A missing value is `undefined`. */
export interface Difference {
  /** From the root of the compared value, such as `$.ok.effects[1].durable`. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** An additional explanation; `null` for none. */
  readonly hint: string | null;
  /** Shown instead of the two values where they would only obscure the problem. */
  readonly sentence?: string;
}

export interface DifferenceOptions {
  /** Allows fields that only `actual` has. */
  readonly allowMore?: boolean;
  readonly max?: number;
}

const MAX_DIFFERENCES = 5;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** An own field, not one of the prototype. */
const own = (value: object, key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;

const typesOf = (list: readonly unknown[]): readonly string[] =>
  list.map((each) => (isObject(each) ? String(own(each, 'type')) : JSON.stringify(each)));

/** Tagged values in another order are one difference rather than many. */
function listDifference(path: string, expected: readonly unknown[], actual: readonly unknown[]): Difference | null {
  const [wanted, got] = [typesOf(expected), typesOf(actual)];
  if (wanted.length === got.length && wanted.every((type, index) => type === got[index])) return null;
  const isReordered = wanted.toSorted().join('\n') === got.toSorted().join('\n');
  return { path, expected: wanted, actual: got, hint: isReordered ? 'the same ones, in another order' : null };
}

/**
 * The smallest parts in which `actual` differs from `expected`: single fields and list entries where both have the same
 * shape. Goes no deeper than `expected`.
 */
export function differences(
  expected: unknown,
  actual: unknown,
  options: DifferenceOptions = {},
): readonly Difference[] {
  const found: Difference[] = [];
  const max = options.max ?? MAX_DIFFERENCES;
  compare(expected, actual, '$');
  return found;

  function compare(wanted: unknown, got: unknown, path: string): void {
    if (found.length >= max || Object.is(wanted, got) || wanted === got) return;
    const isSameShape = isObject(wanted) && isObject(got) && Array.isArray(wanted) === Array.isArray(got);
    if (!isSameShape) {
      found.push({ path, expected: wanted, actual: got, hint: null });
      return;
    }
    if (Array.isArray(wanted) && Array.isArray(got)) {
      const listed = listDifference(path, wanted, got);
      if (listed !== null) found.push(listed);
      else wanted.forEach((each, index) => compare(each, got[index], at(path, index)));
      return;
    }
    for (const key of Object.keys(wanted)) compare(own(wanted, key), own(got, key), at(path, key));
    if (options.allowMore === true) return;
    for (const key of Object.keys(got)) {
      if (Object.hasOwn(wanted, key) || found.length >= max) continue;
      found.push({ path: at(path, key), expected: undefined, actual: own(got, key), hint: 'no such field' });
    }
  }
}

export const isEqual = (expected: unknown, actual: unknown): boolean =>
  differences(expected, actual, { max: 1 }).length === 0;

const MAX_VALUE_LENGTH = 200;

const valueText = (value: unknown): string =>
  excerpt(value === undefined ? 'nothing' : JSON.stringify(value), MAX_VALUE_LENGTH);

/** `$.ok.state.failedAt: expected null, got 1778925601132` */
export const differenceText = ({ path, expected, actual, hint, sentence }: Difference): string =>
  sentence ?? `${path}: expected ${valueText(expected)}, got ${valueText(actual)}${hint === null ? '' : ` (${hint})`}`;
