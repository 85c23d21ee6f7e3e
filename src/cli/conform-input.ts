import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  answerQuestion,
  pathExercises,
  readFixtureFile,
  readVectorLines,
  type ControlPlaneAdapter,
  type Exercise,
  type FixtureOptions,
} from '../testing/index.ts';
import { FIXTURE_FORMAT, isEqual } from '../testing/internal.ts';
import { inTime } from '../testing/node.ts';
import { formatCount, isObject, jsonIn, type Problem } from '../text/index.ts';
import { readInput } from './input-file.ts';
import { notify, type Io } from './io.ts';

const WRITE_ONE = 'Write one with `nixfleet-statechart paths --format json --out FILE`.';

/** The questions of a fixture file, or of a file of reference answers (`.jsonl`). */
export async function readExerciseFile(
  file: string,
  options: FixtureOptions,
  problems: Problem[],
  io: Io,
): Promise<readonly Exercise[]> {
  const input = await readInput(file, io, 'Give a fixture file in it, as `paths --format json` writes it.');
  if (!input.ok) {
    problems.push(input.problem);
    return [];
  }
  const refuse = (message: string): readonly Exercise[] => {
    problems.push({ path: file, message, remedy: WRITE_ONE });
    return [];
  };
  if (input.text.trim() === '') return refuse('the file is empty');
  const read = file.endsWith('.jsonl') ? readVectorLines(input.text, options) : readPaths(input.text, options);
  // Asked in order, repetitions included: they may reveal that a peer keeps state between questions.
  const repeats = file.endsWith('.jsonl') ? ({ showsMemory: 'repetition' } as const) : {};
  if (read.ok && read.exercises.length > 0) {
    const isOurs = ({ question, expected }: Exercise): boolean =>
      options.isTrusted !== true || isEqual(answerQuestion(question), expected);
    const foreign = read.exercises.filter((exercise) => !isOurs(exercise)).length;
    if (foreign > 0) {
      const some = foreign === 1 ? '1 answer differs' : `${formatCount(foreign)} answers differ`;
      notify(io, `${file}: ${some} from this chart. They are trusted, but do not count towards its coverage.`);
    }
    return read.exercises.map((exercise) => ({
      ...exercise,
      ...(isOurs(exercise) ? {} : { visit: null }),
      ...repeats,
    }));
  }
  if (read.ok) return refuse('it has no events, so nothing to ask');
  for (const problem of read.problems) problems.push({ ...problem, path: `${file}: ${problem.path}` });
  return [];
}

function readPaths(text: string, options: FixtureOptions): ReturnType<typeof readVectorLines> {
  const json = jsonIn(text);
  if (json === undefined) {
    const remedy = 'Give JSON; a file of reference answers, one per line, must have the ending .jsonl.';
    return { ok: false, problems: [{ path: '$', message: 'this is not JSON', remedy }] };
  }
  if (!isObject(json) || json['format'] !== FIXTURE_FORMAT) {
    const message = `this is not a fixture file, which has "format": "${FIXTURE_FORMAT}"`;
    return { ok: false, problems: [{ path: '$', message, remedy: WRITE_ONE }] };
  }
  const read = readFixtureFile(json, options);
  return read.ok ? { ok: true, exercises: read.paths.flatMap((path) => [...pathExercises(path)]) } : read;
}

const ADAPTER_REMEDY =
  'Export as default { open, read }, or a function of { url } that returns it: see docs/conformance-protocol.md.';

/** Loads the adapter module of a control plane. If it cannot be used, adds a problem and returns `null`. */
export async function loadAdapter(
  file: string | undefined,
  url: string,
  timeoutMs: number,
  problems: Problem[],
): Promise<ControlPlaneAdapter | null> {
  const path = file === undefined ? '--adapter' : `--adapter ${file}`;
  const refuse = (message: string, remedy: string = ADAPTER_REMEDY): null => {
    problems.push({ path, message, remedy });
    return null;
  };
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    const remedy = 'Give one, such as http://127.0.0.1:8080.';
    problems.push({ path: `--url ${url}`, message: 'expected an http or https address', remedy });
  }
  if (file === undefined) return refuse('--url needs an adapter', `Give a JavaScript module. ${ADAPTER_REMEDY}`);
  if (!existsSync(file)) return refuse('there is no such file', 'Check the path.');
  try {
    const made = await inTime(timeoutMs, 'it', async (): Promise<unknown> => {
      const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
      return typeof module.default === 'function' ? await module.default({ url }) : module.default;
    });
    return isAdapter(made) ? made : refuse('its default export is not an adapter');
  } catch (error) {
    return refuse(`it cannot be loaded: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

// An adapter may be an instance of a class, with inherited methods.
const isAdapter = (value: unknown): value is ControlPlaneAdapter =>
  isObject(value) && typeof value['open'] === 'function' && typeof value['read'] === 'function';
