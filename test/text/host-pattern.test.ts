import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostMatcher } from '../../src/text/index.ts';

/** The pattern that matches this name only. */
function exactPattern(name: string): string {
  return name.replaceAll(/[*?\\]/g, String.raw`\$&`);
}

describe('patterns of hosts', () => {
  it('know stars and question marks', () => {
    const matches = (pattern: string): readonly string[] =>
      ['web-1', 'web-12', 'db-1', 'web-'].filter(hostMatcher(pattern));
    expect(matches('web-*')).toEqual(['web-1', 'web-12', 'web-']);
    expect(matches('web-?')).toEqual(['web-1']);
    expect(matches('*1')).toEqual(['web-1', 'db-1']);
    expect(matches('*-1*')).toEqual(['web-1', 'web-12', 'db-1']);
    expect(matches('web')).toEqual([]);
  });

  it('agree with regular expressions', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') }),
        fc.string({ unit: fc.constantFrom('a', 'b') }),
        (pattern, name) => {
          const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
          expect(hostMatcher(pattern)(name)).toBe(expression.test(name));
        },
      ),
    );
  });

  it('match one name only when they are to', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, other) => {
        expect(hostMatcher(exactPattern(name))(name)).toBe(true);
        expect(hostMatcher(exactPattern(name))(other)).toBe(name === other);
      }),
    );
  });
});
