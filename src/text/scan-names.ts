import { at } from './describe.ts';

interface Frame {
  /** The names of an object so far; `null` for a list. */
  readonly names: Set<string> | null;
  /** The name or index of the current value, or of the next one. */
  place: string | number;
}

/**
 * Finds repeated names in a JSON text: of several equal names in an object, `JSON.parse` keeps the last one and
 * silently drops the others. A loop with its own stack, so that deep nesting is safe.
 *
 * @param text valid JSON
 * @param maxDepth deeper levels are only counted
 * @param onRepeated called with the path of each name that its object already has
 * @returns the depth of the text: 0 without an object or a list
 */
export function scanNames(text: string, maxDepth: number, onRepeated: (path: string, name: string) => void): number {
  const frames: Frame[] = [];
  let depth = 0;
  let deepest = 0;
  let isName = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const char = text[offset];
    const frame = depth <= maxDepth ? frames.at(-1) : undefined;
    if (char === '"') {
      const end = closingQuote(text, offset);
      if (isName && frame !== undefined && frame.names !== null) {
        const name = String(JSON.parse(text.slice(offset, end + 1)));
        frame.place = name;
        if (frame.names.has(name)) onRepeated(pathOf(frames), name);
        else frame.names.add(name);
      }
      isName = false;
      offset = end;
    } else if (char === '{' || char === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
      if (depth <= maxDepth) frames.push({ names: char === '{' ? new Set() : null, place: 0 });
      isName = char === '{';
    } else if (char === '}' || char === ']') {
      if (depth <= maxDepth) frames.pop();
      depth -= 1;
      isName = false;
    } else if (char === ',' && frame !== undefined) {
      isName = frame.names !== null;
      if (typeof frame.place === 'number') frame.place += 1;
    }
  }
  return deepest;
}

function pathOf(frames: readonly Frame[]): string {
  return frames.reduce((parent, { place }) => at(parent, place), '$');
}

function closingQuote(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}
