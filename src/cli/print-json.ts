const STEP = '  ';
/** Anything deeper is small enough to write in one piece. */
const MAX_DEPTH = 6;
const CHUNK = 1 << 16;

/** A value as indented JSON that ends its last line. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, STEP)}\n`;

/** Prints the same text as {@link jsonText} piece by piece: the report of a large fleet is very long. */
export function printJson(value: unknown, write: (text: string) => void): void {
  let chunk = '';
  for (const piece of jsonPieces(value, '')) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    write(chunk);
    chunk = '';
  }
  write(`${chunk}\n`);
}

/** For plain data: no cycles, and nothing with a `toJSON` of its own. */
function* jsonPieces(value: unknown, indent: string): Generator<string, void> {
  if (indent.length >= MAX_DEPTH * STEP.length || typeof value !== 'object' || value === null) {
    // In a list, JSON turns `undefined` into `null`. In an object, it was already left out.
    yield (JSON.stringify(value, null, STEP) ?? 'null').replaceAll('\n', `\n${indent}`);
    return;
  }
  const inside = `${indent}${STEP}`;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  let before = `${open}\n${inside}`;
  if (Array.isArray(value)) {
    for (const item of value) {
      yield before;
      yield* jsonPieces(item, inside);
      before = `,\n${inside}`;
    }
  } else {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      yield `${before}${JSON.stringify(key)}: `;
      yield* jsonPieces(item, inside);
      before = `,\n${inside}`;
    }
  }
  yield before.startsWith(open) ? `${open}${close}` : `\n${indent}${close}`;
}
