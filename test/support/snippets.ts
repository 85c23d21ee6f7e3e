/** A `ts` code block of a document. */
export interface Snippet {
  /** A file name for it, without extension. */
  readonly name: string;
  readonly path: string;
  /** The line of its first line of code. */
  readonly line: number;
  readonly code: string;
  /** The lines that it must print, one for every `console.log(…); // → what`. */
  readonly expected: readonly string[];
}

/** The blocks that start with exactly three backticks and `ts`. Blocks not to be checked are marked differently. */
export function snippetsOf(path: string, markdown: string): readonly Snippet[] {
  const blocks = markdown.matchAll(/^```ts[ \t]*\n([\s\S]*?)\n```[ \t]*$/gm);
  return [...blocks].map((block) => {
    const line = markdown.slice(0, block.index).split('\n').length + 1;
    const code = block[1] ?? '';
    const stem = path.replace(/\.md$/, '').replaceAll(/[^A-Za-z0-9]+/g, '-');
    return { name: `${stem}-${line}`, path, line, code, expected: promisedLines(code) };
  });
}

function promisedLines(code: string): readonly string[] {
  return [...code.matchAll(/console\.log\(.*\/\/ → (.*)$/gm)].map((match) => match[1]?.trimEnd() ?? '');
}
