import { readFileSync } from 'node:fs';
import { formatProblem, readScenario } from '../../src/simulator/scenario-file/index.ts';

/** A scenario below `examples`, such as `scenarios/rare-moments.yaml`, and what it expects. */
export function readExample(path: string): Extract<ReturnType<typeof readScenario>, { readonly ok: true }> {
  const place = new URL(path, new URL('../../examples/', import.meta.url));
  const read = readScenario(readFileSync(place, 'utf8'), {
    readFile: (file) => readFileSync(new URL(file, place), 'utf8'),
  });
  if (read.ok) return read;
  throw new Error(read.problems.map((problem) => formatProblem(path, problem)).join('\n'));
}
