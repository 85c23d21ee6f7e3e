import { expect, test } from 'vitest';
import { count, describeValue, excerpt, formatCount, printable, at } from '../../src/text/index.ts';

test('values are described in a few words', () => {
  const values = ['x', 7, true, null, undefined, [1, 2], { a: 1 }, 'long '.repeat(20)];
  expect(values.map(describeValue)).toEqual([
    '"x"',
    '7',
    'true',
    'null',
    'nothing',
    'a list of 2',
    'an object',
    `"${'long '.repeat(12)}"… (100 characters)`,
  ]);
});

test('paths quote names that are not plain', () => {
  expect(at(at(at('$', 'hosts'), 'web 1'), 0)).toBe('$.hosts["web 1"][0]');
});

test('counts have commas and a plural', () => {
  expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([count(1, 'host'), count(2, 'host'), count(1204, 'host')]).toEqual(['1 host', '2 hosts', '1,204 hosts']);
});

test('excerpts say how much was cut', () => {
  expect([excerpt('abc', 3), excerpt('abcd', 3)]).toEqual(['abc', 'abc… (4 characters)']);
});

test('nothing that a terminal acts on is left in printable text', () => {
  expect(printable('a\u001b[31m\u202eb\nc')).toBe(String.raw`a\u001b[31m\u202eb\u000ac`);
});
