import { findScenarioProblems } from '../check-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { buildScenario } from './build-scenario.ts';
import type { Expectation } from './expectation.ts';
import type { ReadFile } from './read-file.ts';
import { parseYaml } from './parse-yaml.ts';
import { Reading } from './reading.ts';
import { readScenarioParts } from './scenario-parts.ts';
import type { ScenarioNote, ScenarioProblem } from './scenario-problem.ts';

/** The environment for reading a scenario. */
export interface ReadScenarioOptions {
  /** The text of a file, by its path relative to the scenario; or why it cannot be read. */
  readonly readFile: ReadFile;
}

/** A scenario, or all problems of its text. */
export type ReadScenario =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      readonly expectation: Expectation | null;
      /** Valid but probably unintended values. */
      readonly notes: readonly ScenarioNote[];
      /** Warnings about the fleet file that the scenario names. */
      readonly warnings: readonly ScenarioNote[];
    }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/**
 * Reads a scenario file. Reports all problems at once, each with its line and column; then there is no scenario. Checks
 * that another problem makes impossible are skipped, and a last problem says so. Never throws on any text.
 */
export function readScenario(text: string, { readFile }: ReadScenarioOptions): ReadScenario {
  const yaml = parseYaml(text);
  if (!yaml.ok) return yaml;
  const reading = new Reading(yaml.places);
  const parts = readScenarioParts(yaml.value, reading);
  const built = parts === null ? null : buildScenario(parts, readFile, reading);
  for (const problem of built === null ? [] : findScenarioProblems(built.scenario))
    reading.add('$', problem, 'Correct the setting.');
  return built !== null && reading.isFine
    ? { ok: true, ...built, notes: reading.notes, warnings: reading.warnings }
    : { ok: false, problems: reading.problems };
}
