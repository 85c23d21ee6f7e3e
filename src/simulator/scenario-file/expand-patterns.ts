import { byCodeUnit, hostMatcher } from '../../text/index.ts';
import type { Reading } from './reading.ts';

/** The names that match some pattern, sorted like `names`. A pattern without a match is a problem. */
export function expand(
  patterns: readonly string[],
  names: readonly string[],
  what: string,
  path: string,
  reading: Reading,
): readonly string[] {
  const known = new Set(names);
  const found = new Set<string>();
  for (const pattern of patterns) {
    if (known.has(pattern)) {
      found.add(pattern);
      continue;
    }
    if (!reading.spend(names.length, path)) break;
    const matches = hostMatcher(pattern);
    const matched = names.filter(matches);
    // Usually there is one pattern, whose matches are already in order.
    if (patterns.length === 1 && matched.length > 0) return matched;
    for (const name of matched) found.add(name);
    if (matched.length === 0) reading.unknownName(path, what, pattern, names);
  }
  return found.size < names.length / 32 ? [...found].sort(byCodeUnit) : names.filter((name) => found.has(name));
}
