/** The width of common monospaced fonts is at most this share of their size. */
const MONO_ADVANCE = 0.602;

const NARROW = /[iljtfr.,;:'|!()[\] ]/;
const WIDE = /[mwMW@%]/;
const CAPITAL = /[A-Z]/;

/** The width of monospaced text in pixels, exact except for the font. */
export const monoWidth = (text: string, size: number): number => Math.ceil(text.length * size * MONO_ADVANCE);

/** The width of other text in pixels, generous enough for common fonts: a picture must not depend on the viewer's. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 0.92 : CAPITAL.test(character) ? 0.72 : NARROW.test(character) ? 0.36 : 0.6;
  }
  return Math.ceil(width * size);
}

/** Breaks text at spaces into lines that fit. */
export function wrapText(text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || textWidth(joined, size) > width) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}
