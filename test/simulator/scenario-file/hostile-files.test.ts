import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';
import { FLEET, problemsOf } from './read-problems.ts';

const RUNS = process.env['NIGHTLY'] === '1' ? 5_000 : 150;

const read = (text: string): ReturnType<typeof readScenario> => readScenario(text, { readFile: () => null });

// Slow machines are no reason to fail; endless reading is.
describe('a hostile scenario file gives problems and never an exception', { timeout: 60_000 }, () => {
  it.each<[string, () => string]>([
    [
      'a bomb of aliases',
      () =>
        [
          'a: &a [x, x]',
          ...Array.from(
            { length: 30 },
            (_, i) => `b${i}: &b${i} [*${i === 0 ? 'a' : `b${i - 1}`}, *${i === 0 ? 'a' : `b${i - 1}`}]`,
          ),
          'fleet: *b29',
        ].join('\n'),
    ],
    ['brackets, two million deep', () => '['.repeat(2_000_000)],
    ['braces, deep', () => '{a: '.repeat(100_000)],
    ['dashes, deep', () => '- '.repeat(100_000)],
    ['question marks, deep', () => '? '.repeat(100_000)],
    ['blocks, deep', () => Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    [
      'lists in lists on lines of their own',
      () => Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}-`).join('\n'),
    ],
    ['ten megabytes', () => 'x'.repeat(10 * 1024 * 1024)],
    ['twenty thousand settings', () => Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
    [
      'five thousand steps of five thousand hosts',
      () => `fleet: { hosts: 5000 }\nsteps:\n${'- {at: 1s, do: crash, hosts: "*"}\n'.repeat(5000)}`,
    ],
    ['a pattern of many stars', () => `${FLEET}steps: [{ at: 1s, do: crash, hosts: "${'*a'.repeat(400)}" }]`],
    ['prototype keys', () => '__proto__: { fleet: { hosts: 3 } }\nconstructor: 1\ntoString: 2'],
    ['odd tags', () => 'fleet: !!js/function "function () {}"\nseed: !!binary aaaa\ntitle: !!set {a}'],
    ['no text at all', () => '\u0000\u0001\u0002'],
    ['half a character', () => '\ud800: \udfff'],
  ])('%s', (_, make) => {
    const problems = problemsOf(make());
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(101);
  });

  it('reads ten thousand entries about the same hosts (regression: it took minutes, longer than a test may)', () => {
    const entries = '- { hosts: "*", joins: 1s }\n'.repeat(10_000);
    expect(read(`fleet: { channels: { stable: { hosts: 400 } } }\nhosts:\n${entries}`).ok).toBe(true);
  });

  it('leaves no trace on prototypes', () => {
    read('__proto__: { polluted: yes }\nfleet: { channels: { __proto__: { hosts: { __proto__: 2 } } } }');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('any text', () => {
    const word = fc.constantFrom(
      'fleet',
      'hosts',
      'steps',
      'at',
      'do',
      'crash',
      ':',
      ': ',
      '- ',
      '\n',
      '\n  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a',
      '*a',
      '|',
      '>',
      '5m',
      '3',
      '#',
      '!',
      '%',
      '@',
      '`',
      '?',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 }), (words) => {
        const result = read(words.join(''));
        if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('any value in any place', () => {
    const part = fc.constantFrom(
      'title',
      'seed',
      'starts',
      'lasts',
      'ref',
      'closures',
      'hosts',
      'probes',
      'durations',
      'network',
      'agent',
      'rates',
      'settle',
      'steps',
      'expect',
    );
    fc.assert(
      fc.property(part, fc.jsonValue({ maxDepth: 3 }), (key, value) => {
        const result = read(`${FLEET}${key}: ${JSON.stringify(value)}\n`);
        if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });
});
