import { readScenario, type ScenarioProblem } from '../../../src/simulator/scenario-file/index.ts';
import type { Scenario } from '../../../src/simulator/index.ts';

export function problemsOf(text: string): readonly ScenarioProblem[] {
  const read = readScenario(text, { readFile: () => null });
  return read.ok ? [] : read.problems;
}

/** Each problem in one line, as a person reads it. */
export function linesOf(text: string): readonly string[] {
  return problemsOf(text).map(({ line, column, message, remedy }) => `${line}:${column} ${message}. ${remedy}`);
}

export function scenarioOf(text: string): Scenario {
  const read = readScenario(text, { readFile: () => null });
  if (read.ok) return read.scenario;
  throw new Error(read.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
}

export const FLEET = `fleet:
  channels:
    stable: { hosts: { web: 3, db: 2 }, waves: [{ hosts: web-01, soak: 5m }, { hosts: the rest }] }
`;
