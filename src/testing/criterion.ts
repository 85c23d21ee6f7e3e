import { dimensionNames, dimensions, type DimensionCriterion, type DimensionName } from './coverage/dimensions.ts';

/** The name of a coverage criterion. */
export type CriterionName = DimensionCriterion | 'simplePaths';

/** Where a criterion is measured, and its title. */
export interface CriterionDefinition {
  readonly dimension: DimensionName;
  readonly title: string;
}

const ofDimensions = dimensionNames.flatMap((dimension): [string, CriterionDefinition][] => {
  const { criterion } = dimensions[dimension];
  return criterion === undefined ? [] : [[criterion.name, { dimension, title: criterion.title }]];
});

// Safe: `DimensionCriterion` takes its names from the same table.
/** What the paths of a criterion must exercise, under its usual name: all of a dimension, or every simple path. */
export const criteria = Object.fromEntries([
  ...ofDimensions,
  ['simplePaths', { dimension: 'states', title: 'all simple paths' }],
]) as Readonly<Record<CriterionName, CriterionDefinition>>;

// Safe: its keys are these names, as above.
/** Every coverage criterion, in the order of help and reports. */
export const criterionNames: readonly CriterionName[] = Object.keys(criteria) as CriterionName[];

/** A criterion, or a random walk until `percent` of one is reached. */
export type Criterion =
  | { readonly kind: 'full'; readonly name: CriterionName }
  | { readonly kind: 'random'; readonly name: RandomCriterionName; readonly percent: number };

/** Random walks do not choose values, and cannot aim for a share of simple paths. */
export type RandomCriterionName = Exclude<CriterionName, 'simplePaths' | 'values'>;

/** A criterion, or why it cannot be read. */
export type CriterionResult =
  | { readonly ok: true; readonly criterion: Criterion }
  | { readonly ok: false; readonly message: string };

const RANDOM = /^random\(\s*(\w+)\s*\(\s*(\d{1,3})\s*\)\s*\)$/;

const isName = (text: string): text is CriterionName => Object.hasOwn(criteria, text);
const isRandomName = (text: string): text is RandomCriterionName =>
  isName(text) && text !== 'simplePaths' && text !== 'values';

const randomNames = criterionNames.filter(isRandomName).join(', ');

/** Suggests a correction for an unreadable text. */
function allowed(text: string, name: string, percent: string): string {
  if (isName(name) && !isRandomName(name)) return `Random walks cannot measure ${name}: use one of ${randomNames}.`;
  if (isName(name)) return `The percentage goes from 1 to 100, and ${percent} does not.`;
  if (text.startsWith('random')) return `Write random(CRITERION(PERCENT)) with one of ${randomNames} and 1 to 100.`;
  return `Use one of ${criterionNames.join(', ')}; or random(CRITERION(PERCENT)), for example random(transitionPairs(90)).`;
}

/** Reads `transitionPairs` or `random(allTransitions(80))`. */
export function parseCriterion(text: string): CriterionResult {
  const trimmed = text.trim();
  if (isName(trimmed)) return { ok: true, criterion: { kind: 'full', name: trimmed } };
  const [, name = '', percent = ''] = RANDOM.exec(trimmed) ?? [];
  if (isRandomName(name) && Number(percent) >= 1 && Number(percent) <= 100) {
    return { ok: true, criterion: { kind: 'random', name, percent: Number(percent) } };
  }
  return { ok: false, message: `There is no criterion ${JSON.stringify(text)}. ${allowed(trimmed, name, percent)}` };
}

/** A criterion in the notation of options. */
export const criterionText = (criterion: Criterion): string =>
  criterion.kind === 'full' ? criterion.name : `random(${criterion.name}(${criterion.percent}))`;
