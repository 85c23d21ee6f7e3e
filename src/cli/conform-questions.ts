import {
  allExercises,
  groupsOf,
  isOperation,
  operations,
  QUICK_COUNT,
  questionId,
  quickExercises,
  quickSuite,
  sessionExercises,
  sessionGroups,
  type Exercise,
  type MachineName,
  type SuiteOptions,
  type TestPath,
} from '../testing/node.ts';
import type { Problem } from '../text/index.ts';
import { readExerciseFile } from './conform-input.ts';
import type { Io } from './io.ts';
import { FROM_1, oneOfOption, optionOf, wholeNumberOption } from './options.ts';
import { refuseOutputs, refuseToOverwrite, type OutputOption } from './output-file.ts';
import { oneOrBoth, startFiles, type SuiteChoice, type SuiteFlags } from './suite-options.ts';

/** The options of `conform` as typed. */
export interface ConformFlags extends SuiteFlags {
  readonly exec?: string;
  readonly url?: string;
  readonly adapter?: string;
  readonly fixtures?: readonly string[];
  readonly machine?: string;
  readonly without?: readonly string[];
  readonly batch?: string;
  readonly timeout?: string;
  readonly maxProblems?: string;
  readonly repeat?: string;
  readonly quick?: string | true;
  readonly only?: readonly string[];
  readonly session?: true;
  readonly watch?: string;
  readonly reproducers?: string;
  readonly html?: string;
  readonly github?: string;
  readonly gitlab?: string;
  readonly summary?: string;
  readonly adequacy?: true;
  readonly trustFiles?: true;
  readonly json?: string;
  readonly junit?: string;
  readonly overlay?: string;
}

const machines: readonly MachineName[] = ['host', 'rollout'];

/** The questions to ask; `null` if an option is wrong. */
export async function exercisesFor(
  flags: ConformFlags,
  { suite }: SuiteChoice,
  onShortfall: (sentence: string) => unknown,
  problems: Problem[],
  io: Io,
): Promise<(() => Generator<Exercise>) | null> {
  const quickText = flags.quick === true ? String(QUICK_COUNT) : flags.quick;
  const quick = wholeNumberOption('--quick', quickText, FROM_1, problems);
  const { without = [], fixtures = [] } = flags;
  const times = flags.repeat === undefined ? 1 : wholeNumberOption('--repeat', flags.repeat, FROM_1, problems);
  const machine = oneOrBoth('--machine', flags.machine, machines, problems);
  const chosen = machine === null ? machines : [machine];
  for (const operation of without) oneOfOption('--without', operation, operations, problems);
  refuseIgnored(flags, problems);
  const exercises: Exercise[] = [];
  for (const file of fixtures)
    exercises.push(...(await readExerciseFile(file, { isTrusted: flags.trustFiles === true }, problems, io)));
  if (times === null || problems.length > 0) return null;
  const asked = function* (): Generator<Exercise> {
    for (let time = 0; time < times; time += 1) {
      const all =
        fixtures.length > 0 ? exercises : allExercises(quick === null ? suite : quickSuite(suite), chosen, onShortfall);
      for (const exercise of quick === null ? all : quickExercises(all, quick)) {
        if (without.includes(exercise.question.op)) continue;
        if (flags.only !== undefined && !flags.only.includes(questionId(exercise.question))) continue;
        // A repetition must not be answered from memory.
        yield time === 0 ? exercise : { ...exercise, showsMemory: 'repetition' };
      }
    }
  };
  if (flags.only !== undefined && asked().next().done === true) {
    const remedy = 'Take the id from a report of the same version, and give the same criteria.';
    problems.push({ path: `--only ${flags.only.join(', ')}`, message: 'there is no such question', remedy });
  }
  if (without.some(isOperation) && asked().next().done === true) {
    const remedy = 'Skip less: a run that asks nothing proves nothing.';
    problems.push({ path: `--without ${without.join(', ')}`, message: 'no questions are left', remedy });
  }
  return asked;
}

/** The paths of a session: from the files or the suite, restricted by `--only`. */
export function* sessionsFor(
  { fixtures, only }: ConformFlags,
  asked: () => Iterable<Exercise>,
  suite: SuiteOptions,
): Generator<readonly TestPath[]> {
  const groups = fixtures === undefined ? sessionGroups(suite) : groupsOf(pathsOf(asked()));
  for (const group of groups) {
    const isWanted = (path: TestPath): boolean =>
      only === undefined || sessionExercises(path).some(({ question }) => only.includes(questionId(question)));
    const wanted = group.filter(isWanted);
    if (wanted.length > 0) yield wanted;
  }
}

/** Leaves out single steps: the sessions ask those. */
export function* withoutSteps(exercises: Iterable<Exercise>): Generator<Exercise> {
  for (const exercise of exercises) if (exercise.question.op !== 'step') yield exercise;
}

const pathsOf = (exercises: Iterable<Exercise>): ReadonlySet<TestPath> =>
  new Set(Array.from(exercises).flatMap(({ within }) => (within === null ? [] : [within.path])));

/** Refuses options that would be ignored, or that cannot be combined. */
function refuseIgnored(flags: ConformFlags, problems: Problem[]): void {
  const { fixtures = [], without = [] } = flags;
  const given = (options: readonly (readonly [string, unknown])[]): readonly string[] =>
    options.flatMap(([option, value]) => (value === undefined ? [] : [option]));
  const ofPaths = given([
    ['--criterion', flags.criterion],
    ['--start', flags.start],
    ['--max-paths', flags.maxPaths],
    ['--max-length', flags.maxLength],
    ['--machine', flags.machine],
  ]);
  for (const path of fixtures.length > 0 ? ofPaths : []) {
    const remedy = `Leave out ${path}, or --fixtures.`;
    problems.push({ path, message: 'with --fixtures, the file holds the questions', remedy });
  }
  const ofPeers = given([
    ['--without', without.length > 0 ? without : undefined],
    ['--fixtures', flags.fixtures],
    ['--machine', flags.machine],
    ['--repeat', flags.repeat],
    ['--quick', flags.quick],
    ['--only', flags.only],
    ['--session', flags.session],
    ['--reproducers', flags.reproducers],
    ['--batch', flags.batch],
  ]);
  for (const path of flags.url === undefined ? [] : ofPeers) {
    const remedy = 'Leave it out: a control plane only gets the events of each path, once and one at a time.';
    problems.push({ path, message: 'this only applies with --exec', remedy });
  }
  if (flags.session === true && flags.quick !== undefined) {
    const remedy = 'Leave out one of them: --quick asks single questions, but a session needs whole paths.';
    problems.push({ path: '--session, --quick', message: 'these cannot be combined', remedy });
  }
  refuseOutputs(conformOutputs(flags), problems);
  const inputs = [...fixtures, ...(flags.adapter === undefined ? [] : [flags.adapter]), ...startFiles(flags)];
  refuseToOverwrite(inputs, conformOutputs(flags), problems);
}

/** The options that restrict the questions, as typed. */
export function restrictionsOf(flags: ConformFlags): readonly string[] {
  const { criterion, side, policy, start, maxPaths, fixtures, machine, without, quick, only, trustFiles } = flags;
  const options = { criterion, side, policy, start, maxPaths, fixtures, machine, without, quick, only, trustFiles };
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values = value === true ? [] : [value].flat();
    return values.length > 0 ? values.map((each) => `${optionOf(name)} ${each}`) : [optionOf(name)];
  });
}

/** The files that `conform` writes. */
export const conformOutputs = ({
  json,
  junit,
  overlay,
  reproducers,
  html,
  github,
  gitlab,
  summary,
}: ConformFlags): readonly OutputOption[] => [
  ['--json', json],
  ['--junit', junit],
  ['--overlay', overlay],
  ['--reproducers', reproducers],
  ['--html', html],
  ['--github', github],
  ['--gitlab', gitlab],
  ['--summary', summary],
];
