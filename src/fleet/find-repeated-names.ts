import { at, showName } from '../text/index.ts';
import type { FleetProblem } from './fleet-problem.ts';
import { FleetProblemList } from './fleet-problem.ts';

/** Deeper than anything that a fleet file gives a meaning to; what lies below is not looked at. */
const MAX_DEPTH = 8;

interface Frame {
  /** The names so far, of an object; `null` for a list. */
  readonly names: Set<string> | null;
  /** Where the value that comes next, or is under way, stands in it. */
  place: string | number;
}

/**
 * Names that an object of a JSON text holds more than once. `JSON.parse` keeps the last of them and drops the others
 * without a word, and a dropped host would silently not be rolled out.
 *
 * @param text of valid JSON.
 */
export function findRepeatedNames(text: string): readonly FleetProblem[] {
  const problems = new FleetProblemList('$');
  const frames: Frame[] = [];
  let depth = 0;
  let isName = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const char = text[offset];
    const frame = depth <= MAX_DEPTH ? frames.at(-1) : undefined;
    if (char === '"') {
      const end = closingQuote(text, offset);
      if (isName && frame !== undefined && frame.names !== null) {
        takeName(String(JSON.parse(text.slice(offset, end + 1))), frame, frame.names, frames, problems);
      }
      isName = false;
      offset = end;
    } else if (char === '{' || char === '[') {
      depth += 1;
      if (depth <= MAX_DEPTH) frames.push({ names: char === '{' ? new Set() : null, place: 0 });
      isName = char === '{';
    } else if (char === '}' || char === ']') {
      if (depth <= MAX_DEPTH) frames.pop();
      depth -= 1;
      isName = false;
    } else if (char === ',' && frame !== undefined) {
      isName = frame.names !== null;
      if (typeof frame.place === 'number') frame.place += 1;
    }
  }
  return problems.toArray();
}

function takeName(
  name: string,
  frame: Frame,
  names: Set<string>,
  frames: readonly Frame[],
  problems: FleetProblemList,
): void {
  frame.place = name;
  if (!names.has(name)) {
    names.add(name);
    return;
  }
  const path = frames.reduce((parent, { place }) => at(parent, place), '$');
  const message = `the name ${showName(name)} is there more than once, and only the last would be read`;
  problems.error(path, message, 'Remove or rename all but one.');
}

function closingQuote(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}
