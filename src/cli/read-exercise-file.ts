import { pathExercises, readFixtureFile, readVectorLines, type Exercise } from '../testing/index.ts';
import type { Problem } from './problem.ts';
import { readInput } from './read-input.ts';

/** The questions of a fixture file, or of a file of reference answers (`.jsonl`). */
export function readExerciseFile(file: string, problems: Problem[]): readonly Exercise[] {
  const input = readInput(file, 'Give a fixture file in it, as `paths --format json` writes it.');
  if (!input.ok) {
    problems.push(input.problem);
    return [];
  }
  const refuse = (message: string): readonly Exercise[] => {
    const remedy = 'Write one with `nixfleet-statechart paths --format json --out FILE`.';
    problems.push({ path: file, message, remedy });
    return [];
  };
  if (input.text.trim() === '') return refuse('the file is empty');
  const read = file.endsWith('.jsonl') ? readVectorLines(input.text) : readPaths(input.text);
  if (read.ok && read.exercises.length === 0) return refuse('there is no event in it, so nothing to ask');
  if (read.ok) return read.exercises;
  for (const message of read.messages)
    problems.push({ path: file, message, remedy: 'Correct the file, or write it anew.' });
  return [];
}

function readPaths(text: string): ReturnType<typeof readVectorLines> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, messages: ['this is not JSON; reference answers, one a line, have the ending .jsonl'] };
  }
  const read = readFixtureFile(json);
  if (!read.ok) return read;
  return { ok: true, exercises: read.paths.flatMap((path) => [...pathExercises(path)]) };
}
