import { expect, test } from 'vitest';
import { isReportOf } from '../../../src/simulator/invariants/long-text.ts';
import { cutText } from '../../../src/wire/index.ts';

const LONG = ['a', 'é', '设', '🛑', 'a🛑', '设a'].map((text) => text.repeat(5000));

test.each(['start', 'end'] as const)('the %s of a long text is reported, up to the limit', (keep) => {
  for (const whole of LONG) {
    const cut = cutText(whole, keep);
    expect(isReportOf(cut, whole, keep)).toBe(true);
    expect(isReportOf(cut.slice(6, -6), whole, keep)).toBe(false);
    expect(isReportOf(whole, whole, keep)).toBe(false);
    expect(isReportOf(`x${cut.slice(1)}`, whole, keep)).toBe(false);
  }
});

test('the other end of a text is no report of it', () => {
  const whole = `${'a'.repeat(5000)}${'b'.repeat(5000)}`;
  expect(isReportOf(cutText(whole, 'end'), whole, 'start')).toBe(false);
  expect(isReportOf(cutText(whole, 'start'), whole, 'end')).toBe(false);
});

test('half a character is no report', () => {
  const whole = '🛑'.repeat(5000);
  expect(isReportOf(whole.slice(0, 2047), whole, 'start')).toBe(false);
});

test('a short text is reported whole', () => {
  for (const text of ['', 'short', '设'.repeat(1365)]) expect(isReportOf(text, text, 'start')).toBe(true);
  expect(isReportOf('shor', 'short', 'start')).toBe(false);
});
