/** The longest text of an event, in bytes of UTF-8, where a program outside can make it any length. */
export const MAX_TEXT_BYTES = 4096;

/**
 * `text` with at most {@link MAX_TEXT_BYTES} bytes of UTF-8, cut at a character (specification: wire, "Answers"). A lone
 * half of a surrogate pair counts as the three bytes of the character that replaces it on the wire.
 *
 * @param keep which end is kept: the start of a reason, the end of a program's output.
 */
export function cutText(text: string, keep: 'start' | 'end'): string {
  // No text of this length is longer in bytes.
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
