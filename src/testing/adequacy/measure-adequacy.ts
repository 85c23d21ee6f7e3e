import { answerDifferences } from '../conformance/answer-differences.ts';
import { allExercises } from '../conformance/all-exercises.ts';
import type { Exercise } from '../conformance/exercise.ts';
import { quickExercises, quickSuite } from '../conformance/quick-exercises.ts';
import { criterionNames, type CriterionName } from '../criterion.ts';
import { sides, type Side } from '../side.ts';
import { allCriteria } from '../suite.ts';
import { plantedBugs } from './planted-bugs.ts';
import type { BugKind, Json, PlantedBug } from './planted-bug.ts';

/** A set of questions to find bugs with. */
export type SuiteName = CriterionName | `--side ${Side}` | 'quick' | 'default';

/** How many questions it took to catch a planted bug. */
export interface BugResult {
  readonly name: string;
  readonly kind: BugKind;
  /** How many questions each set needed to catch the bug. Sets that missed it are absent. */
  readonly caughtAfter: Readonly<Partial<Record<SuiteName, number>>>;
}

/** Which planted bugs each criterion catches. */
export interface AdequacyReport {
  readonly format: 'nixfleet-adequacy';
  readonly version: 1;
  readonly suites: readonly { readonly name: SuiteName; readonly questions: number; readonly caught: number }[];
  readonly bugs: readonly BugResult[];
}

const sideSuites = sides.map((side) => ({ name: `--side ${side}`, side }) as const);

const suiteNames: readonly SuiteName[] = [...criterionNames, ...sideSuites.map(({ name }) => name), 'quick', 'default'];

/**
 * Runs every planted bug against each criterion alone, each side, the most revealing questions, and the default run.
 */
export function measureAdequacy(
  bugs: readonly PlantedBug[] = plantedBugs,
  wanted: readonly SuiteName[] = suiteNames,
): AdequacyReport {
  const all = [...allExercises()];
  const questionsOf = (name: SuiteName): readonly Exercise[] => {
    if (name === 'default') return all;
    if (name === 'quick') return quickExercises(allExercises(quickSuite({})));
    const ofSide = sideSuites.find((each) => each.name === name);
    if (ofSide !== undefined) return [...allExercises({ sides: [ofSide.side] })];
    return [...allExercises({ criteria: allCriteria.filter((each) => each.name === name) })];
  };
  const suites = new Map(wanted.map((name) => [name, questionsOf(name)]));
  const results = bugs.map((bug): BugResult => {
    const caught = [...suites].flatMap(([name, exercises]) => {
      const count = questionsToCatch(bug, exercises);
      return count === null ? [] : [[name, count] as const];
    });
    return { name: bug.name, kind: bug.kind, caughtAfter: Object.fromEntries(caught) };
  });
  return {
    format: 'nixfleet-adequacy',
    version: 1,
    suites: [...suites].map(([name, exercises]) => ({
      name,
      questions: exercises.length,
      caught: results.filter(({ caughtAfter }) => caughtAfter[name] !== undefined).length,
    })),
    bugs: results,
  };
}

/** How many questions it takes to reveal the bug; `null` if none does. */
function questionsToCatch({ plant }: PlantedBug, exercises: readonly Exercise[]): number | null {
  const wrong = plant();
  for (const [index, exercise] of exercises.entries()) {
    const { expected, question } = exercise;
    // Safe: an expected answer is a JSON object.
    const right = expected as unknown as Json;
    const answer = wrong(right, question);
    if (answer !== right && answerDifferences(exercise, { id: 1, ...answer }).length > 0) return index + 1;
  }
  return null;
}

/** A table of the criteria, and the bugs that each set missed. */
export function adequacyText({ suites, bugs }: AdequacyReport): string {
  const rows = suites.map(({ name, questions, caught }) => [
    name,
    `${questions} questions`,
    `${caught} of ${bugs.length} bugs`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map(([name = '', questions = '', caught = '']) =>
    `  ${name.padEnd(widths[0] ?? 0)}  ${questions.padStart(widths[1] ?? 0)}  ${caught.padStart(widths[2] ?? 0)}`.trimEnd(),
  );
  const missedBy = (suite: SuiteName): readonly string[] =>
    bugs.filter(({ caughtAfter }) => caughtAfter[suite] === undefined).map(({ name, kind }) => `  ${kind}: ${name}`);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines];
  return [
    `${bugs.length} bugs were planted in a right reducer, one at a time.`,
    ...table,
    ...section('Missed by the default run:', missedBy('default')),
    ...section('Missed by --quick:', missedBy('quick')),
    '',
  ].join('\n');
}
