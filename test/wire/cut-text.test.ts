import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText, MAX_TEXT_BYTES } from '../../src/wire/cut-text.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('cutting a text', () => {
  test('keeps what fits, and the start or the end of what does not', () => {
    const exact = `a${'x'.repeat(MAX_TEXT_BYTES - 2)}z`;
    expect(cutText(exact, 'start')).toBe(exact);
    expect(cutText(exact, 'end')).toBe(exact);
    expect(cutText(`${exact}!`, 'start')).toBe(exact);
    expect(cutText(`!${exact}`, 'end')).toBe(exact);
    expect(cutText('', 'start')).toBe('');
  });

  test.each([
    ['two bytes', 'é', 2],
    ['three bytes', '日', 3],
    ['four bytes', '🚀', 4],
    ['a lone high surrogate', '\ud83d', 3],
    ['a lone low surrogate', '\ude80', 3],
  ])('never splits a character of %s', (_, character, bytes) => {
    for (let pad = 0; pad < 4; pad += 1) {
      const [padding, many] = ['x'.repeat(pad), character.repeat(MAX_TEXT_BYTES)];
      const kept = character.repeat(Math.floor((MAX_TEXT_BYTES - pad) / bytes));
      expect(cutText(`${padding}${many}`, 'start')).toBe(`${padding}${kept}`);
      expect(cutText(`${many}${padding}`, 'end')).toBe(`${kept}${padding}`);
    }
  });

  test('keeps as many characters as fit', () => {
    const long = fc.string({ unit: 'binary', minLength: 1000, maxLength: 6000, size: 'max' });
    fc.assert(
      fc.property(long, fc.constantFrom('start' as const, 'end' as const), (text, keep) => {
        const cut = cutText(text, keep);
        expect(bytesOf(cut)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
        expect(keep === 'start' ? text.startsWith(cut) : text.endsWith(cut)).toBe(true);
        if (cut !== text) expect(bytesOf(cut)).toBeGreaterThan(MAX_TEXT_BYTES - 4);
      }),
    );
  });
});
