const STEP = '  ';
/** What lies deeper is small, a host of a wave of a rollout: it is written as one text. */
const MAX_DEPTH = 6;
const CHUNK = 1 << 16;

/** Prints what `JSON.stringify(value, null, 2)` says, without ever holding all of it: of a large fleet it is long. */
export function printJson(value: unknown, stream: NodeJS.WritableStream = process.stdout): void {
  let chunk = '';
  for (const piece of jsonPieces(value, '')) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    stream.write(chunk);
    chunk = '';
  }
  stream.write(`${chunk}\n`);
}

/** For plain data: no cycles, and nothing with a `toJSON` of its own. */
function* jsonPieces(value: unknown, indent: string): Generator<string, void> {
  if (indent.length >= MAX_DEPTH * STEP.length || typeof value !== 'object' || value === null) {
    // What cannot be written is `null` in a list; in an object it is left out before it comes here.
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
