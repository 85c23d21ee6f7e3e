/** The limit for texts that outside programs produce, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 4096;

/**
 * Cuts `text` to at most {@link MAX_TEXT_BYTES} bytes of UTF-8, at a character boundary (specification: wire,
 * "Answers"). An unpaired surrogate counts as three bytes, because the character that replaces it on the wire has
 * three.
 *
 * @param keep which end to keep: the start of a reason, the end of a program's output
 */
export function cutText(text: string, keep: 'start' | 'end'): string {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 <= MAX_TEXT_BYTES) return text;
  let bytes = 0;
  let kept = 0;
  while (kept < text.length) {
    const character = keep === 'start' ? codePoint(text, kept) : characterBefore(text, text.length - kept);
    bytes += byteLength(character);
    if (bytes > MAX_TEXT_BYTES) return keep === 'start' ? text.slice(0, kept) : text.slice(text.length - kept);
    kept += character > 0xffff ? 2 : 1;
  }
  return text;
}

function characterBefore(text: string, end: number): number {
  const pair = end >= 2 ? codePoint(text, end - 2) : 0;
  return pair > 0xffff ? pair : text.charCodeAt(end - 1);
}

function codePoint(text: string, index: number): number {
  const found = text.codePointAt(index);
  if (found === undefined) throw new RangeError(`The text has no character at ${index}.`);
  return found;
}

function byteLength(character: number): number {
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character <= 0xffff ? 3 : 4;
}
