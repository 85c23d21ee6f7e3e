import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  EVENT_LOG_FORMAT,
  readScenario,
  type Assumption,
  type Expectation,
  type Scenario,
  type UnreadableFile,
} from '../simulator/index.ts';
import { isObject, jsonIn, type Problem } from '../text/index.ts';
import { RUN_FILE_FORMAT } from '../visualize/index.ts';
import { readFile } from './input-file.ts';
import { type Io, remark } from './io.ts';

/** A scenario read from a file, or made from a fleet file. */
export interface FileScenario {
  readonly scenario: Scenario;
  /** `null` if the scenario expects nothing. */
  readonly expectation: Expectation | null;
  /** The absolute paths of the files that the scenario names. */
  readonly named: readonly string[];
  readonly assumptions: readonly Assumption[];
}

/**
 * Whether a file is a scenario rather than a fleet, by its name or else by its content. Anything but JSON is a
 * scenario, and so is JSON that has `fleet` and none of the keys that only fleets have. An empty file or a list counts
 * as a fleet.
 */
export function isScenario(file: string, text: string): boolean {
  if (isNamedAsScenario(file)) return true;
  const begun = text.trimStart();
  if (begun.startsWith('{')) return isJsonScenario(begun);
  return begun !== '' && !(begun.startsWith('[') && file.endsWith('.json'));
}

export function isNamedAsScenario(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

const ONLY_IN_FLEETS = ['channels', 'rolloutPolicies', 'disruptionBudgets', 'meta'];

/** Recognises a scenario where only a fleet is wanted. */
export function scenarioAsFleet(file: string, text: string): Omit<Problem, 'path'> | null {
  if (!isNamedAsScenario(file) && !isJsonScenario(text)) return null;
  const remedy = 'Give the fleet.resolved.json that it is about, or run the scenario with `simulate`.';
  return { message: 'this is a scenario, not a fleet', remedy };
}

function isJsonScenario(text: string): boolean {
  const value = jsonIn(text);
  return isObject(value) && Object.hasOwn(value, 'fleet') && !ONLY_IN_FLEETS.some((key) => Object.hasOwn(value, key));
}

/** Reads a scenario, whose paths are relative to its folder. If it cannot be used, adds problems and returns `null`. */
export function readScenarioText(file: string, text: string, problems: Problem[], io: Io): FileScenario | null {
  const folder = file === '-' ? '.' : dirname(file);
  const named: string[] = [];
  const read = readScenario(text, {
    readFile: (path) => {
      const place = resolve(folder, path);
      named.push(place);
      return textOf(place);
    },
  });
  if (read.ok) {
    for (const { line, message } of read.warnings) remark(io, `warning: line ${line}: ${message}`);
    for (const { line, message } of read.notes) remark(io, `note: line ${line}: ${message}`);
    return { scenario: read.scenario, expectation: read.expectation, named, assumptions: [] };
  }
  for (const { line, column, message, remedy } of read.problems)
    problems.push({ path: `line ${line}, column ${column}`, message, remedy });
  return null;
}

function textOf(path: string): string | UnreadableFile | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined)
    return { message: 'does not exist', remedy: 'Give its path from the folder of this scenario.' };
  if (status.isDirectory()) return { message: 'is a directory', remedy: 'Give the fleet.resolved.json in it.' };
  const read = readFile(path);
  return read.ok ? read.text : null;
}

const SIMULATED = 'Give the file that was simulated.';
const SHOWN = 'Open it with visualize FILE, or give the file that was simulated.';

/** Files that other commands write, by format: what they are, and what to do. */
const OTHER_FILES: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  [RUN_FILE_FORMAT]: ['a recorded run', SHOWN],
  [EVENT_LOG_FORMAT]: ['an event log', SHOWN],
  'nixfleet-statechart-report': ['the report of a run', SIMULATED],
  'nixfleet-statechart-many-runs': ['the report of many runs', SIMULATED],
  'nixfleet-host-paths': ['a file of test paths', 'Open it in the page of visualize.'],
};

/** Enough for the header, and to tell whether a file is text. */
const HEAD_LENGTH = 4096;

/** Recognises a file that is not what is wanted, by what it is; `null` if it may be. */
export function otherFile(
  text: string,
  wanted: 'a fleet' | 'a fleet or a scenario' = 'a fleet or a scenario',
): Omit<Problem, 'path'> | null {
  const head = text.slice(0, HEAD_LENGTH);
  if (head.includes('\0') || head.includes('\uFFFD'))
    return {
      message: 'this is not UTF-8 text',
      remedy: `Give a fleet.resolved.json${wanted === 'a fleet' ? '' : ', or a scenario in YAML'}.`,
    };
  const format = /^\s*\{\s*"format"\s*:\s*"([^"]+)"/.exec(head)?.[1];
  const other = format !== undefined && Object.hasOwn(OTHER_FILES, format) ? OTHER_FILES[format] : undefined;
  return other === undefined ? null : { message: `this is ${other[0]}, not ${wanted}`, remedy: other[1] };
}
