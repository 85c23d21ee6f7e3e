import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { MAX_JSON_DEPTH, MAX_JSON_LENGTH, parseJson } from '../../src/wire/json.ts';
import { problemsOf, valueOf } from './law.ts';

describe('parseJson', () => {
  test.each([
    ['', 'a value', 'the end of the text at line 1, column 1'],
    ['{"a": 1,}', 'a name in double quotes', '"}" at line 1, column 9'],
    ['{\n  "a": [1,\n    oops]\n}', 'a value', '"o" at line 3, column 5'],
    ['[1\r\n2]', 'a comma or "]"', '"2" at line 2, column 1'],
    ['[1] 2', 'the end of the text', '"2" at line 1, column 5'],
    ["{'a': 1}", 'a name in double quotes or "}"', '"\'" at line 1, column 2'],
  ])('says where %j stops being JSON', (text, expected, got) => {
    expect(problemsOf(parseJson(text))).toStrictEqual([
      {
        path: '$',
        expected,
        got,
        message: `expected ${expected}, got ${got}`,
        remedy: 'Correct the program that sends this message.',
      },
    ]);
  });

  test('says so when the engine does not take a text that is JSON', () => {
    const parse = vi.spyOn(JSON, 'parse').mockImplementation(() => {
      throw new RangeError('Too deep.');
    });
    const [problem] = problemsOf(parseJson('[]'));
    parse.mockRestore();
    expect(problem?.message).toBe('expected JSON that this engine can hold, got the error "RangeError: Too deep."');
  });

  test('reads JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(valueOf(parseJson(text))).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  test('reports a damaged text exactly when JSON.parse refuses it, with the place', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', ',', '}', ']', '\\', '\n', '01', 'x', '\u0000'),
        (text, position, damage) => {
          const at = position % (text.length + 1);
          const damaged = text.slice(0, at) + damage + text.slice(at + 1);
          const result = parseJson(damaged);
          let isJson = true;
          try {
            JSON.parse(damaged);
          } catch {
            isJson = false;
          }
          // Damage can also make two names equal.
          const isAmbiguous = !result.ok && result.problems[0]?.expected === 'a name once in its object';
          expect(result.ok || isAmbiguous).toBe(isJson);
          expect(result.ok || isAmbiguous || / at line \d+, column \d+$/.test(result.problems[0]?.got ?? '')).toBe(
            true,
          );
        },
      ),
    );
  });

  // The last of two equal names was taken without a word.
  test.each([
    ['{"seq":1,"seq":1}', '$.seq'],
    ['{"event":{"seq":1,"a":[{}],"seq":2}}', '$.event.seq'],
    ['[{"a":1},{"b":{"x":0},"b":2}]', '$[1].b'],
    [String.raw`{"seq":1,"s\u0065q":2}`, '$.seq'],
    ['{"__proto__":1,"__proto__":2}', '$.__proto__'],
    ['{"a b":1,"a b":2}', '$["a b"]'],
  ])('does not choose between equal names: %s', (text, path) => {
    expect(problemsOf(parseJson(text))).toMatchObject([
      { path, expected: 'a name once in its object', got: 'it again' },
    ]);
  });

  test.each(['{"a":{"b":1},"b":2}', '[{"a":1},{"a":1}]', '{"é":1,"e\u0301":2}', String.raw`{"a":"\\","b":"a"}`])(
    'takes equal names of different objects, and different names: %s',
    (text) => {
      expect(valueOf(parseJson(text))).toStrictEqual(JSON.parse(text));
    },
  );

  test('lists a thousand repeated names at most, each once', () => {
    const pairs = Array.from({ length: 5000 }, (_, at) => `"n${at}":1,"n${at}":1`);
    const problems = problemsOf(parseJson(`{${pairs.join(',')}}`));
    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)).toMatchObject({ path: '$', expected: 'at most 1,000 problems' });
    expect(problemsOf(parseJson(`{${'"a":1,'.repeat(5000)}"a":1}`))).toHaveLength(1);
  });

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"":', '}]'],
  ])('limits how deep %j may be nested', (open, close) => {
    const nested = (levels: number) => `${open.repeat(levels)}0${close.repeat(levels)}`;
    const levelsOf = open.startsWith('[{') ? 2 : 1;
    expect(valueOf(parseJson(nested(MAX_JSON_DEPTH / levelsOf)))).toBeTypeOf('object');
    expect(problemsOf(parseJson(nested(MAX_JSON_DEPTH / levelsOf + 1)))).toMatchObject([
      { path: '$', expected: 'at most 64 levels of nesting' },
    ]);
    expect(problemsOf(parseJson(nested(500_000)))).toHaveLength(1);
  });

  test('limits the length of a text', () => {
    const text = JSON.stringify('x'.repeat(MAX_JSON_LENGTH - 2));
    expect(valueOf(parseJson(text))).toHaveLength(MAX_JSON_LENGTH - 2);
    expect(problemsOf(parseJson(`${text} `))).toMatchObject([
      { expected: 'a text of at most 10,000,000 characters', got: '10,000,001' },
    ]);
  });
});
