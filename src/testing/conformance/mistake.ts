import type { Difference } from '../difference.ts';

const MAX_STRING = 40;

/** A probe's name in a path, which is irrelevant to the mistake. */
const PROBE = /\.probes(?:\.[^.[]+|\["(?:[^"\\]|\\.)*"\])/;

export const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The kind of a value. Another state is another mistake; another time is the same mistake. */
function kindOfValue(value: unknown, other: unknown): string {
  if (typeof value === 'string') {
    return typeof other === 'string' && value.length <= MAX_STRING ? JSON.stringify(value) : 'a string';
  }
  if (typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : typeof value;
}

function kindOfDifference({ path, expected, actual, hint, sentence }: Difference): string {
  // After the colon comes text from the peer, which may vary.
  if (sentence !== undefined) return sentence.split(':')[0] ?? sentence;
  const place = path.replaceAll(/\[\d+\]/g, '[]').replace(PROBE, '.probes[]');
  if (!isStrings(expected) || !isStrings(actual)) {
    return `${place}: ${kindOfValue(expected, actual)}, ${kindOfValue(actual, expected)}, ${hint ?? ''}`;
  }
  const missing = expected.filter((each) => !actual.includes(each));
  const added = actual.filter((each) => !expected.includes(each));
  // The same effects in another order or number. Each order is a separate mistake.
  if (missing.length + added.length === 0) return `${place}: in the order ${actual.join(', ')}`;
  return `${place}: without ${missing.join(', ')}, with ${added.join(', ')}`;
}

/** Identifies a mistake: answers with the same text are wrong in the same way. */
export const mistakeOf = (found: readonly Difference[]): string =>
  [...new Set(found.map(kindOfDifference))].toSorted().join('; ');
