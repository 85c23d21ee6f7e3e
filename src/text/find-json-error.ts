/** Where a text stops being JSON. Line and column count from 1, the column in UTF-16 units. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  /** The character found there; `null` at the end of the text. */
  readonly found: string | null;
}

type Expecting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'end';

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the first syntax error in a JSON text; `null` if there is none. The errors of `JSON.parse` have different
 * positions in different engines, or none. A loop with its own stack, so that deep nesting is safe.
 */
export function findJsonError(text: string): JsonError | null {
  const open: string[] = [];
  let offset = 0;
  let expecting: Expecting = 'value';
  for (;;) {
    offset = endOf(SPACE, text, offset);
    if (expecting === 'end' && offset === text.length) return null;
    const next = accept(text, offset, expecting, open);
    if ('expected' in next) return locate(text, next.offset, next.expected);
    offset = next.offset;
    expecting = next.expecting;
  }
}

type Accepted = { offset: number; expecting: Expecting };
type Rejected = { offset: number; expected: string };

function accept(text: string, offset: number, expecting: Expecting, open: string[]): Accepted | Rejected {
  const char = text[offset];
  const isClosing = char !== undefined && char === (open.at(-1) === '{' ? '}' : ']');
  switch (expecting) {
    case 'value-or-end':
      return isClosing ? close(offset, open) : acceptValue(text, offset, open, 'a value or "]"');
    case 'value':
      return acceptValue(text, offset, open, 'a value');
    case 'key-or-end':
      return isClosing ? close(offset, open) : acceptKey(text, offset, 'a name in double quotes or "}"');
    case 'key':
      return acceptKey(text, offset, 'a name in double quotes');
    case 'colon':
      return char === ':' ? { offset: offset + 1, expecting: 'value' } : { offset, expected: 'a colon' };
    case 'comma-or-end':
      if (isClosing) return close(offset, open);
      if (char === ',') return { offset: offset + 1, expecting: open.at(-1) === '{' ? 'key' : 'value' };
      return { offset, expected: open.at(-1) === '{' ? 'a comma or "}"' : 'a comma or "]"' };
    case 'end':
      return { offset, expected: 'the end of the text' };
  }
}

function close(offset: number, open: string[]): Accepted {
  open.pop();
  return { offset: offset + 1, expecting: afterValue(open) };
}

function afterValue(open: readonly string[]): Expecting {
  return open.length === 0 ? 'end' : 'comma-or-end';
}

function acceptValue(text: string, offset: number, open: string[], expected: string): Accepted | Rejected {
  const char = text[offset];
  if (char === '{' || char === '[') {
    open.push(char);
    return { offset: offset + 1, expecting: char === '{' ? 'key-or-end' : 'value-or-end' };
  }
  if (char === '"') {
    const end = acceptString(text, offset);
    return typeof end === 'number' ? { offset: end, expecting: afterValue(open) } : end;
  }
  const end = endOf(SCALAR, text, offset);
  return end > offset ? { offset: end, expecting: afterValue(open) } : { offset, expected };
}

function acceptKey(text: string, offset: number, expected: string): Accepted | Rejected {
  if (text[offset] !== '"') return { offset, expected };
  const end = acceptString(text, offset);
  return typeof end === 'number' ? { offset: end, expecting: 'colon' } : end;
}

/** The offset after the string that begins at `start`. */
function acceptString(text: string, start: number): number | Rejected {
  let offset = start + 1;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return offset + 1;
    if (code < 0x20) return { offset, expected: 'an escaped control character, such as \\n' };
    if (code === 0x5c) {
      const end = endOf(ESCAPE, text, offset);
      if (end === offset) return { offset, expected: 'a JSON escape, such as \\\\ or \\u0041' };
      offset = end;
    } else {
      offset += 1;
    }
  }
  return { offset, expected: 'the closing double quote' };
}

/** Where the match that begins at `offset` ends; `offset` itself if there is none. */
function endOf(sticky: RegExp, text: string, offset: number): number {
  sticky.lastIndex = offset;
  return sticky.test(text) ? sticky.lastIndex : offset;
}

function locate(text: string, offset: number, expected: string): JsonError {
  let line = 1;
  let lineStart = 0;
  for (let newline = text.indexOf('\n'); newline !== -1 && newline < offset; newline = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = newline + 1;
  }
  return { line, column: offset - lineStart + 1, expected, found: text[offset] ?? null };
}
