import type { DimensionName } from './coverage/dimensions.ts';

/**
 * What the paths of a criterion must exercise, with the names that the field uses: all states; valid transitions
 * (0-switch); all transitions, valid and invalid (every cell of the table: sneak paths); transition pairs (1-switch);
 * each condition true and false, alone and together, and each refusal; the values of every field that programs
 * mishandle, in pairs; every simple path.
 */
export const criteria = {
  allStates: { dimension: 'states', title: 'all states' },
  validTransitions: { dimension: 'transitions', title: 'valid transitions (0-switch)' },
  allTransitions: { dimension: 'cells', title: 'all transitions, valid and invalid (every cell)' },
  transitionPairs: { dimension: 'transitionPairs', title: 'transition pairs (1-switch)' },
  guardOutcomes: { dimension: 'guardOutcomes', title: 'guard outcomes and refusals' },
  values: { dimension: 'values', title: 'odd values of every field, each pair of them' },
  simplePaths: { dimension: 'states', title: 'all simple paths' },
} as const satisfies Record<string, { readonly dimension: DimensionName; readonly title: string }>;

/** The name of a coverage criterion. */
export type CriterionName = keyof typeof criteria;

// The keys of a literal are the names of its type.
/** Every coverage criterion, in the order of help and reports. */
export const criterionNames: readonly CriterionName[] = Object.keys(criteria) as CriterionName[];

/** A criterion; or a random walk until `percent` of a criterion is reached. */
export type Criterion =
  | { readonly kind: 'full'; readonly name: CriterionName }
  | { readonly kind: 'random'; readonly name: RandomCriterionName; readonly percent: number };

/** Random walks pick events rather than values, and cannot aim for a share of simple paths. */
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

/** The alternatives to an unreadable text, the nearest if there is one. */
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
