type Matcher = (name: string) => boolean;

const MAX_PATTERN_LENGTH = 1000;

/**
 * Compiles a pattern for hostnames. `*` matches any characters, `?` exactly one, and a backslash makes the next
 * character literal. Matching is quadratic at worst.
 */
export function hostMatcher(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const parts = readPattern(pattern.slice(0, MAX_PATTERN_LENGTH));
  if (parts.some(({ kind }) => kind !== 'letter')) return (name) => matches(parts, name);
  const exact = parts.map(({ letter }) => letter).join('');
  return (name) => name === exact;
}

interface Part {
  readonly kind: 'letter' | 'one' | 'any';
  readonly letter: string;
}

function readPattern(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at] ?? '';
    if (letter === '*') parts.push({ kind: 'any', letter });
    else if (letter === '?') parts.push({ kind: 'one', letter });
    else if (letter === '\\' && at + 1 < pattern.length)
      parts.push({ kind: 'letter', letter: pattern[(at += 1)] ?? '' });
    else parts.push({ kind: 'letter', letter });
  }
  return parts;
}

/** Backtracks to the last `*` only, so that no pattern is exponential. */
function matches(parts: readonly Part[], name: string): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const { kind, letter } = parts[part] ?? { kind: null, letter: '' };
    if (kind === 'any') {
      star = part;
      starAt = at;
      part += 1;
    } else if (kind === 'one' || (kind === 'letter' && letter === name[at])) {
      part += 1;
      at += 1;
    } else if (star >= 0) {
      part = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  return parts.slice(part).every(({ kind }) => kind === 'any');
}
