import type { z } from 'zod';
import { missingActionRemedy } from './missing-actions.ts';
import {
  at,
  describeValue,
  isObject,
  nearestName,
  nearestNames,
  ProblemList,
  quote,
  showName,
  writeDuration,
} from '../../text/index.ts';
import type { YamlPlace, Places } from './parse-yaml.ts';
import type { ScenarioNote, ScenarioProblem } from './scenario-problem.ts';
import { keyOut } from './yaml-key.ts';

const MAX_PROBLEMS = 100;
const MAX_NAMES_SHOWN = 30;
/** The limit on names compared with all patterns of a file. */
const MAX_WORK = 5_000_000;
const START: YamlPlace = { line: 1, column: 1 };

/** The reading of one file: its problems so far, and the places of its values. */
export class Reading {
  readonly #places: Places;
  readonly #problems = new ProblemList<ScenarioProblem>(MAX_PROBLEMS);
  readonly #notes: ScenarioNote[] = [];
  readonly #warnings: ScenarioNote[] = [];
  #hasPassedOver = false;
  #workLeft = MAX_WORK;

  constructor(places: Places) {
    this.#places = places;
  }

  get isFine(): boolean {
    return this.#problems.count === 0;
  }

  /** The number of problems so far. */
  get count(): number {
    return this.#problems.count;
  }

  /** Whether this part of the file has no problems so far. */
  isFineUnder(path: string): boolean {
    return this.#problems.unlisted === 0 && !this.#problems.listed.some((problem) => problem.path.startsWith(path));
  }

  /** In order of place; problems of the whole file come last. */
  get problems(): readonly ScenarioProblem[] {
    const sorted = [...this.#problems.listed].sort((a, b) => a.line - b.line || a.column - b.column);
    const { line, column, path } = sorted.at(-1) ?? { ...START, path: '$' };
    const add = (message: string, remedy: string): unknown => sorted.push({ line, column, path, message, remedy });
    if (this.#problems.unlisted > 0)
      add(`${this.#problems.unlisted} more problems are not listed`, 'Correct the listed ones, then run it again.');
    else if (this.#hasPassedOver && sorted.length > 0)
      add(
        'some names of hosts, channels, waves or tags could not be checked yet',
        'Correct the fleet first, then run it again to check the rest.',
      );
    return sorted;
  }

  /** Valid but probably unintended values. */
  get notes(): readonly ScenarioNote[] {
    return this.#notes;
  }

  note(path: string, message: string): void {
    this.#notes.push({ ...this.#placeOf(path), message });
  }

  /** Warnings about the fleet file. */
  get warnings(): readonly ScenarioNote[] {
    return this.#warnings;
  }

  warn(path: string, message: string): void {
    this.#warnings.push({ ...this.#placeOf(path), message });
  }

  /** Something could not be checked because of another problem. */
  passOver(): void {
    this.#hasPassedOver = true;
  }

  /** Reports a problem with the value at this path; or with its key, if `isKey`. */
  add(path: string, message: string, remedy: string | (() => string), isKey = false): void {
    const place = (isKey ? this.#places.keys.get(path) : undefined) ?? this.#placeOf(path);
    // Finding the nearest name is slow, so problems that are only counted skip it.
    const advice = typeof remedy === 'string' ? remedy : this.#problems.isFull ? '' : remedy();
    this.#problems.add({ ...place, path, message, remedy: advice });
  }

  lineOf(path: string): number {
    return this.#placeOf(path).line;
  }

  /** Whether that many more names may be compared. Without a limit, a small file could cause years of work. */
  spend(names: number, path: string): boolean {
    const before = this.#workLeft;
    this.#workLeft -= names;
    if (this.#workLeft >= 0) return true;
    if (before >= 0) this.add(path, 'this and what follows name too many hosts', 'Use fewer steps, or fewer patterns.');
    return false;
  }

  /** Checks that a name is known. */
  unknownName(path: string, what: string, given: string, known: Iterable<string>): void {
    const names = [...known];
    this.add(path, `there is no ${what} ${showName(given)}`, () => suggest(given, names));
  }

  /** Checks that a moment is before the end of the run. */
  neverHappens(path: string, untilMs: number): void {
    const message = `this would never happen: the run ends after ${writeDuration(untilMs)}`;
    this.add(path, message, 'Use an earlier time, or a longer run with `lasts`.');
  }

  /** Parses a value with a schema. If it does not fit, reports problems and returns `null`. */
  parse<Output>(schema: z.ZodType<Output>, value: unknown, path: string): Output | null {
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#addIssue(issue, path);
    return null;
  }

  #addIssue(issue: z.core.$ZodIssue, base: string): void {
    const path = issue.path.reduce<string>(
      (above, key) => at(above, typeof key === 'number' ? key : keyOut(String(key))),
      base,
    );
    if (issue.code === 'unrecognized_keys') {
      const known = issue.message.split(', ');
      for (const key of issue.keys.map(keyOut)) {
        this.add(at(path, key), `there is no setting ${quote(key)} here`, () => suggestSetting(key, known), true);
      }
      return;
    }
    if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
      return this.#addWrongKind(issue, path);
    }
    if (issue.code === 'invalid_union' && this.#addNested(issue, base)) return;
    const expected = issue.message.startsWith('expected') ? issue.message : `expected ${defaultExpectation(issue)}`;
    const given = issue.input;
    const isMissing = given === undefined;
    const message = isMissing
      ? `${nameOf(path)} is missing: ${expected}`
      : `${expected}, found ${describeFound(given)}`;
    const options = issue.code === 'invalid_value' ? issue.values.map(String) : [];
    this.add(
      path,
      message,
      isMissing
        ? `Add ${nameOf(path)}.`
        : typeof given === 'string' && options.length > 0
          ? suggest(given, options)
          : adviceFor(given, expected),
    );
  }

  #addWrongKind(issue: z.core.$ZodIssueInvalidUnion, path: string): void {
    // Zod's types leave out `options`, which a discriminated union has.
    const { options: known = [] } = issue as { readonly options?: readonly unknown[] };
    const options = known.map(String);
    const given =
      isObject(issue.input) && issue.discriminator !== undefined ? issue.input[issue.discriminator] : undefined;
    const shown =
      given === undefined ? `${nameOf(path)} is missing` : `expected what to do, found ${describeFound(given)}`;
    const remedy =
      typeof given === 'string'
        ? (missingActionRemedy(given) ?? suggestAction(given, options))
        : `Write one, such as do: ${options[0]}. ${listOf(options)}`;
    this.add(path, shown, remedy);
  }

  /** If a mapping or a list was meant, a problem inside it is more helpful than "none of the forms fits". */
  #addNested(issue: z.core.$ZodIssueInvalidUnion, base: string): boolean {
    if (!Array.isArray(issue.input) && !isObject(issue.input)) return false;
    const meant = issue.errors.find((issues) =>
      issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    );
    if (meant === undefined || meant.length === 0) return false;
    for (const nested of meant) {
      // Issues inside a union come without their input unless it is found here.
      const whole = { ...nested, path: [...issue.path, ...nested.path], input: valueAt(issue.input, nested.path) };
      this.#addIssue(whole as z.core.$ZodIssue, base); // The same issue, reported from further up.
    }
    return true;
  }

  /** The place of the value, or of the nearest existing thing around it. */
  #placeOf(path: string): YamlPlace {
    for (let above = path; above !== ''; above = parentOf(above)) {
      const place = this.#places.values.get(above);
      if (place !== undefined) return place;
    }
    return START;
  }
}

function suggest(given: string, known: readonly string[]): string {
  const nearest = nearestName(given, known);
  if (nearest !== null) return `Did you mean ${quote(nearest)}?`;
  if (known.length === 0) return 'Remove it: there is none to name.';
  const more = known.length > MAX_NAMES_SHOWN ? ', …' : '';
  return `Known here: ${known.slice(0, MAX_NAMES_SHOWN).map(showName).join(', ')}${more}.`;
}

/** There are too many actions to list. */
function suggestAction(given: string, known: readonly string[]): string {
  if (nearestName(given, known) !== null) return suggest(given, known);
  return `Did you mean ${nearestNames(given, known, 2).map(quote).join(' or ')}? ${listOf(known)}`;
}

const listOf = (actions: readonly string[]): string => `docs/scenarios.md lists all ${actions.length} under "Steps".`;

export function suggestSetting(given: string, known: readonly string[]): string {
  return (nearestName(given, known) === null ? missingActionRemedy(given) : null) ?? suggest(given, known);
}

function adviceFor(given: unknown, expected: string): string {
  if (typeof given === 'number' && expected.includes('duration'))
    return `Give the unit: ${given}s, ${given}m or ${given}h.`;
  if (typeof given === 'number' && (expected === 'expected a name' || expected === 'expected a string'))
    return `Put it in quotes: "${given}".`;
  return 'Correct the value.';
}

function defaultExpectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.expected === 'array' ? 'a list' : issue.expected === 'object' ? 'a mapping' : `a ${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of: ${issue.values.map(String).join(', ')}`;
  return 'something else';
}

/** Describes a value in YAML terms. */
function describeFound(value: unknown): string {
  return value === null ? 'nothing' : isObject(value) ? 'a mapping' : describeValue(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
        ? Reflect.get(inside, key)
        : undefined,
    value,
  );
}

/** The last name of a path, for messages. */
function nameOf(path: string): string {
  const last = /(?:\.([^.[\]]+)|\[("(?:[^"\\]|\\.)*")\])$/.exec(path);
  return last?.[1] !== undefined ? `\`${last[1]}\`` : last?.[2] !== undefined ? `\`${last[2].slice(1, -1)}\`` : 'this';
}

function parentOf(path: string): string {
  const last = /(?:\.[^.[\]]+|\[(?:\d+|"(?:[^"\\]|\\.)*")\])$/.exec(path);
  return last === null || path === '$' ? '' : path.slice(0, last.index);
}
