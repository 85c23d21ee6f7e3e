import { dimensions } from '../coverage/dimensions.ts';
import type { Visit } from '../coverage/visit.ts';
import { allCriteria, type SuiteOptions } from '../suite.ts';
import { classOfAny, valueClasses } from '../values/value-classes.ts';
import type { Exercise } from './exercise.ts';

/** How many questions `--quick` asks unless told otherwise. */
export const QUICK_COUNT = 1_000;

/** This part of the questions shows what a peer remembers. They only do in a row, so they are not picked one by one. */
const MEMORY_SHARE = 0.14;

/** What the questions are picked from: simple paths are many, and show nothing that the others do not. */
export const quickSuite = (options: SuiteOptions): SuiteOptions => ({
  ...options,
  criteria: options.criteria ?? allCriteria.filter(({ name }) => name !== 'simplePaths'),
});

/**
 * The questions that together show most: each next one adds as much as possible that none before it has shown. What is
 * counted: outcomes, branches and effects of each cell, and kinds of values in each.
 */
export function quickExercises(exercises: Iterable<Exercise>, count = QUICK_COUNT): readonly Exercise[] {
  const memory: Exercise[] = [];
  const others: Exercise[] = [];
  for (const exercise of exercises) (exercise.showsMemory === true ? memory : others).push(exercise);
  const kept = memory.slice(0, Math.ceil(count * MEMORY_SHARE));
  return [...mostTelling(others, count - kept.length), ...kept];
}

/**
 * Greedy with falling thresholds: takes whatever adds at least so much, then lowers what is asked for. Within a few
 * percent of the best choice, in a dozen passes and without comparing everything with everything.
 */
function mostTelling(exercises: readonly Exercise[], count: number): readonly Exercise[] {
  const ids = new Map<string, number>();
  const idOf = (feature: string): number => {
    const id = ids.get(feature) ?? ids.size;
    ids.set(feature, id);
    return id;
  };
  const known = new Set<string>();
  const candidates = exercises.flatMap((exercise) => {
    const key = JSON.stringify(exercise.question);
    if (known.has(key)) return [];
    known.add(key);
    const features = featuresOf(exercise).map(idOf);
    return [{ exercise, features, mostGain: features.length }];
  });
  const seen = new Set<number>();
  const picked: Exercise[] = [];
  let rest = candidates;
  let threshold = Math.max(0, ...candidates.map(({ mostGain }) => mostGain));
  while (picked.length < count && rest.length > 0 && threshold >= 1) {
    const left: typeof rest = [];
    for (const candidate of rest) {
      // What a question adds only shrinks, so that an old count is a bound.
      if (candidate.mostGain >= threshold) {
        candidate.mostGain = candidate.features.reduce((sum, feature) => (seen.has(feature) ? sum : sum + 1), 0);
      }
      if (picked.length >= count || candidate.mostGain < threshold) left.push(candidate);
      else {
        picked.push(candidate.exercise);
        for (const feature of candidate.features) seen.add(feature);
      }
    }
    rest = left;
    threshold = threshold === 1 ? 0 : Math.max(1, Math.floor(threshold * 0.8));
  }
  return picked;
}

/** What a question shows. A feature that matters more is counted under several names. */
function featuresOf({ place, question, expected, visit }: Exercise): readonly string[] {
  const outcome = outcomeOf(expected);
  const weighed = [1, 2, 3].map((weight) => `${weight} ${place}: ${outcome}`);
  if (visit !== null) return [...weighed, ...visitFeatures(place, outcome, visit)];
  // What a restart leads to depends on the state and names the rollout.
  const { op } = question;
  const asked = op === 'rehydrate' ? question.state.rolloutId : question;
  return [...weighed, ...leaves(asked).map((leaf) => `${place} ${leaf}`)];
}

function visitFeatures(place: string, outcome: string, visit: Visit): readonly string[] {
  const branches = dimensions.guardOutcomes.touched(visit).map((item) => `${item}, ${outcome}`);
  const kinds = valueClasses(visit.before, visit.event);
  return [
    ...branches,
    ...branches.map((item) => `again ${item}`),
    `${place} ${visit.policy.onHealthFailure}: ${outcome}`,
    // What is refused for its number or its state is refused whatever it holds.
    ...(visit.result.ok ? kinds.map((kind) => `${place} ${kind}`) : kinds),
  ];
}

function outcomeOf(expected: Exercise['expected']): string {
  if ('mirror' in expected) return String(expected.status);
  if ('err' in expected) return 'invariant' in expected.err ? expected.err.invariant : expected.err.kind;
  const state =
    'state' in expected.ok ? expected.ok.state.state : 'record' in expected.ok ? expected.ok.record.state : '';
  const effects = 'effects' in expected.ok ? expected.ok.effects.map(({ type }) => type) : [];
  return [state, ...effects].join(' ');
}

/** The kinds of values in a question, each with where it stands. */
function leaves(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`));
  }
  return [`${path}: ${classOfAny(value)}`];
}
