import { StringDecoder } from 'node:string_decoder';

/** Far longer than any answer. */
const MAX_LINE_LENGTH = 4 * 1024 * 1024;

export interface LineSplitter {
  /** Returns the lines that this chunk completes, or `null` once a line is too long. */
  readonly take: (chunk: Buffer) => readonly string[] | null;
}

/** Splits a stream into lines, even if a character is split between two chunks. */
export function lineSplitter(): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    take: (chunk) => {
      const parts = (rest + decoder.write(chunk)).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > MAX_LINE_LENGTH) return null;
      return parts.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)).filter((line) => line !== '');
    },
  };
}
