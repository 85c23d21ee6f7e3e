import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseJson } from '../../src/wire/parse-json.ts';
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
      { path: '$', expected, got, message: `$: expected ${expected}, got ${got}.` },
    ]);
  });

  test('says so when the engine does not take a text that is JSON', () => {
    const parse = vi.spyOn(JSON, 'parse').mockImplementation(() => {
      throw new RangeError('Too deep.');
    });
    const [problem] = problemsOf(parseJson('[]'));
    parse.mockRestore();
    expect(problem?.message).toBe('$: expected JSON that this engine can hold, got the error "RangeError: Too deep.".');
  });

  test('reads JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(valueOf(parseJson(text))).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  test('says of a damaged text that it is not JSON exactly when JSON.parse does, and where', () => {
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
          expect(result.ok).toBe(isJson);
          expect(result.ok || / at line \d+, column \d+$/.test(result.problems[0]?.got ?? '')).toBe(true);
        },
      ),
    );
  });
});
