import type { Difference } from '../difference.ts';

const MAX_STRING = 40;

/** The name of a probe in a path: the mistake is the same for every probe. */
const PROBE = /\.probes(?:\.[^.[]+|\["(?:[^"\\]|\\.)*"\])/;

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** What a value is, as far as it makes a mistake another one: a state's name in the place of another does, a time does not. */
function kindOfValue(value: unknown, other: unknown): string {
  if (typeof value === 'string') {
    return typeof other === 'string' && value.length <= MAX_STRING ? JSON.stringify(value) : 'a string';
  }
  if (typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : typeof value;
}

function kindOfDifference({ path, expected, actual, hint, sentence }: Difference): string {
  // What follows the colon are the words of the peer, which may be others each time.
  if (sentence !== undefined) return sentence.split(':')[0] ?? sentence;
  const place = path.replaceAll(/\[\d+\]/g, '[]').replace(PROBE, '.probes[]');
  if (!isStrings(expected) || !isStrings(actual)) {
    return `${place}: ${kindOfValue(expected, actual)}, ${kindOfValue(actual, expected)}, ${hint ?? ''}`;
  }
  const missing = expected.filter((each) => !actual.includes(each));
  const added = actual.filter((each) => !expected.includes(each));
  // The same ones in another order, or in other numbers: each order is a mistake of its own.
  if (missing.length + added.length === 0) return `${place}: in the order ${actual.join(', ')}`;
  return `${place}: without ${missing.join(', ')}, with ${added.join(', ')}`;
}

/** Two answers with the same text here are wrong in the same way, wherever they were given. */
export const mistakeOf = (found: readonly Difference[]): string =>
  [...new Set(found.map(kindOfDifference))].toSorted().join('; ');
