import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml';
import { at, quote } from '../../text/index.ts';
import type { ScenarioProblem } from './scenario-problem.ts';
import { keyIn } from './yaml-key.ts';

/** The places of keys and values, by path, as line and column. */
export interface Places {
  readonly keys: ReadonlyMap<string, YamlPlace>;
  readonly values: ReadonlyMap<string, YamlPlace>;
}

export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

export type ParsedYaml =
  | { readonly ok: true; readonly value: unknown; readonly places: Places }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/** In UTF-16 units. A scenario with a thousand named hosts is a tenth as long. */
const MAX_SCENARIO_LENGTH = 2 * 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_SYNTAX_PROBLEMS = 20;

/**
 * Parses a YAML text, with the place of each part. Takes one document, mappings with names as keys, and no anchors: a
 * short file could expand without end. Never throws.
 */
export function parseYaml(text: string): ParsedYaml {
  if (text.length > MAX_SCENARIO_LENGTH) {
    const message = `the file has ${text.length} characters; the limit is ${MAX_SCENARIO_LENGTH}`;
    return refused(message, 'Check that this is a scenario. If it is, put the fleet into a separate file.');
  }
  const tooDeep = findTooDeep(text);
  if (tooDeep !== null) return { ok: false, problems: [tooDeep] };
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      merge: false,
    });
    const [document, second] = Array.isArray(documents) ? documents : [];
    if (document === undefined) return refused('the file is empty', 'Write at least `fleet:` into it.');
    const errors = [...document.errors].slice(0, MAX_SYNTAX_PROBLEMS);
    if (errors.length > 0) {
      return { ok: false, problems: errors.map(({ message, pos }) => syntaxProblem(message, lines.linePos(pos[0]))) };
    }
    if (second !== undefined) {
      const { line, col } = lines.linePos(second.range?.[0] ?? 0);
      const message = 'a second YAML document begins here';
      return {
        ok: false,
        problems: [
          {
            line,
            column: col,
            path: '$',
            message,
            remedy: 'Remove the line with "---": a file holds one scenario.',
          },
        ],
      };
    }
    return convert(document.contents, lines);
  } catch (error) {
    // The library is recursive. The checks above should keep it from running out of stack.
    return refused(
      `the file could not be read as YAML (${error instanceof Error ? error.name : 'unknown'})`,
      'Simplify it.',
    );
  }
}

function syntaxProblem(message: string, { line, col }: { line: number; col: number }): ScenarioProblem {
  return {
    line,
    column: col,
    path: '$',
    message: `this is not YAML: ${message}`,
    remedy: 'Correct the text there; check the indentation.',
  };
}

function refused(message: string, remedy: string): ParsedYaml {
  return { ok: false, problems: [{ line: 1, column: 1, path: '$', message, remedy }] };
}

/**
 * Refuses nesting that is too deep before anything recursive reads the text. Counts all brackets and all dashes at the
 * start of a line; files written by people have few in a row.
 */
function findTooDeep(text: string): ScenarioProblem | null {
  let depth = 0;
  let line = 1;
  let lineStart = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const char = text[offset];
    if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
    else if (char === '\n') {
      line += 1;
      lineStart = offset + 1;
      const start = /^[ ]*(?:[-?:] )*/.exec(text.slice(lineStart, lineStart + 400))?.[0] ?? '';
      if (start.length > MAX_DEPTH * 8 || start.replaceAll(' ', '').length > MAX_DEPTH) return tooDeepAt(line, 1);
    }
    if (depth > MAX_DEPTH) return tooDeepAt(line, offset - lineStart + 1);
  }
  return /^(?:[ ]*[-?:][ \n]){33}/.test(text) ? tooDeepAt(1, 1) : null;
}

function tooDeepAt(line: number, column: number): ScenarioProblem {
  const message = `this is nested more than ${MAX_DEPTH} levels deep`;
  return {
    line,
    column,
    path: '$',
    message,
    remedy: 'A scenario is nested five or six levels deep at most; close the open brackets.',
  };
}

function convert(contents: unknown, lines: LineCounter): ParsedYaml {
  const keys = new Map<string, YamlPlace>();
  const values = new Map<string, YamlPlace>();
  const problems: ScenarioProblem[] = [];
  const placeOf = (node: unknown): YamlPlace => {
    const offset = (node as Node | null)?.range?.[0] ?? 0; // Every node that was parsed has a range.
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problem = (node: unknown, path: string, message: string, remedy: string): void => {
    problems.push({ ...placeOf(node), path, message, remedy });
  };
  const read = (node: unknown, path: string, depth: number): unknown => {
    values.set(path, placeOf(node));
    if (node === null || node === undefined) return null;
    if (depth > MAX_DEPTH) {
      problem(
        node,
        path,
        `this is nested more than ${MAX_DEPTH} levels deep`,
        'A scenario is nested five or six levels deep at most.',
      );
      return null;
    }
    if (isScalar(node)) return plainScalar(node.value);
    if (isAlias(node)) {
      problem(
        node,
        path,
        `"*${node.source}" refers to another part of the file; references are not supported`,
        'Write that part out here. A text that starts with * needs quotes.',
      );
      return null;
    }
    if (isSeq(node)) return node.items.map((item, position) => read(item, at(path, position), depth + 1));
    if (!isMap(node)) return null;
    const entries: [string, unknown][] = [];
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        problem(
          key,
          path,
          'the name before the colon is not a plain text',
          'Write a name, in quotes if it has special characters.',
        );
        continue;
      }
      const name = key.source ?? String(key.value);
      const below = at(path, name);
      if (seen.has(name)) problem(key, below, `${quote(name)} appears twice`, 'Keep one of the two.');
      seen.add(name);
      keys.set(below, placeOf(key));
      // A missing value has the place of its key.
      const isThere = value !== null && !(isScalar(value) && value.value === null && (value.source ?? '') === '');
      entries.push([keyIn(name), read(value, below, depth + 1)]);
      if (!isThere) values.set(below, placeOf(key));
    }
    return Object.fromEntries(entries);
  };
  const value = read(contents, '$', 0);
  const last = problems.at(-1);
  if (last !== undefined) {
    const message = 'the rest of the file has not been checked yet';
    problems.push({ ...last, path: '$', message, remedy: 'Correct this first, then run it again to check the rest.' });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value, places: { keys, values } };
}

/** Numbers, strings, booleans and null; scenarios have no other scalar types. */
function plainScalar(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
