import { chartCell } from '../chart-cells.ts';
import { dimensions } from '../coverage/dimensions.ts';
import type { Visit } from '../coverage/dimension.ts';
import { allCriteria, type SuiteOptions } from '../suite.ts';
import { EVERYTHING, strayTexts } from '../values/odd-values.ts';
import { classOfAny, fieldKinds, relationClasses } from '../values/value-classes.ts';
import { outboundTypeOf, type HostRolloutState } from '../../machine/index.ts';
import type { Exercise } from './exercise.ts';
import type { Question } from './protocol.ts';

/** How many questions `--quick` asks by default. */
export const QUICK_COUNT = 1_000;

/** The share of questions that reveal hidden state. They must be consecutive, so they are not picked one by one. */
const MEMORY_SHARE = { otherHosts: 0.09, otherRollouts: 0.03, repetition: 0.07, twins: 0.11 } as const;
const memoryKinds = ['otherHosts', 'otherRollouts', 'repetition', 'twins'] as const;

/** What the questions are picked from. There are many simple paths, and they show nothing new. */
export const quickSuite = (options: SuiteOptions): SuiteOptions => ({
  ...options,
  criteria: options.criteria ?? allCriteria.filter(({ name }) => name !== 'simplePaths'),
});

/**
 * The questions that together show most. Each adds as much as possible to those before it: outcomes, branches and
 * effects of each cell, and kinds of values in each.
 */
export function quickExercises(exercises: Iterable<Exercise>, count = QUICK_COUNT): readonly Exercise[] {
  const memory: Record<keyof typeof MEMORY_SHARE, Exercise[]> = {
    otherHosts: [],
    otherRollouts: [],
    repetition: [],
    twins: [],
  };
  const others: Exercise[] = [];
  for (const exercise of exercises) {
    (exercise.showsMemory === undefined ? others : memory[exercise.showsMemory]).push(exercise);
  }
  const kept = memoryKinds.flatMap((kind) => memory[kind].slice(0, Math.ceil(count * MEMORY_SHARE[kind])));
  return [...mostTelling(others, count - kept.length, kept), ...kept];
}

/**
 * Greedy with falling thresholds: takes every question that adds at least the threshold, then lowers it. Comes within a
 * few percent of the best choice in a dozen passes, without comparing all pairs.
 */
function mostTelling(exercises: readonly Exercise[], count: number, kept: readonly Exercise[]): readonly Exercise[] {
  const ids = new Map<string, number>();
  const weights: number[] = [];
  const idOf = ([feature, weight]: Feature): number => {
    const known = ids.get(feature);
    const id = known ?? ids.size;
    if (known === undefined) ids.set(feature, id);
    weights[id] = weight;
    return id;
  };
  const weightOf = (id: number): number => weights[id] ?? 0;
  // A repeated question is picked once, because the second time it adds nothing.
  const candidates = exercises.map((exercise) => {
    const features = featuresOf(exercise).map(idOf);
    return { exercise, features, mostGain: features.reduce((sum, id) => sum + weightOf(id), 0) };
  });
  const seen = new Set<number>(kept.flatMap((exercise) => featuresOf(exercise).map(idOf)));
  const picked: Exercise[] = [];
  let rest = candidates;
  let threshold = Math.max(0, ...candidates.map(({ mostGain }) => mostGain));
  while (picked.length < count && rest.length > 0 && threshold >= 1) {
    const left: typeof rest = [];
    for (const candidate of rest) {
      // What a question adds only ever shrinks, so an old count is an upper bound.
      if (candidate.mostGain >= threshold) {
        candidate.mostGain = candidate.features.reduce((sum, id) => (seen.has(id) ? sum : sum + weightOf(id)), 0);
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

/** Something that a question shows, and its weight. */
type Feature = readonly [name: string, weight: number];

/** Outcomes matter most, then branches, then values anywhere, then values in each cell. */
const WEIGHT = { outcome: 200, branch: 100, relation: 100, stray: 40, kindAnywhere: 30, kind: 2 } as const;

function featuresOf({ place, question, expected, visit }: Exercise): readonly Feature[] {
  const outcome = outcomeOf(expected);
  if (visit !== null) return visitFeatures(place, outcome, visit);
  const kinds = leaves(question.op === 'rehydrate' ? rehydrated(question.state) : question);
  return [
    [`${place}: ${outcome}`, WEIGHT.outcome],
    ...kinds.map((kind): Feature => [`${question.op} ${kind}`, WEIGHT.kindAnywhere]),
    ...kinds.map((kind): Feature => [`${place} ${kind}`, WEIGHT.kind]),
    ...rolloutRelations(question).map((relation): Feature => [`${place} ${relation}`, WEIGHT.relation]),
  ];
}

/** The effects of a restart depend on the state and name the rollout. Probes make no difference. */
const rehydrated = ({ rolloutId, probes }: HostRolloutState) => ({
  rolloutId,
  probes: Object.keys(probes).length === 0 ? 'none' : 'some',
});

/** How a rollout's names relate to each other, and an event to its record. */
function rolloutRelations(question: Question): readonly string[] {
  if (question.op === 'rollout_start') {
    const { rolloutId, channel, targetRef } = question.rollout;
    const [first, ...rest] = rolloutId.split('@');
    return [`its channel ${first === channel}`, `its ref ${rest.join('@') === targetRef} ${rest.at(-1) === targetRef}`];
  }
  if (question.op !== 'rollout_step') return [];
  const { record, event } = question;
  const ids = [
    'rolloutId' in event ? event.rolloutId : event.supersededRolloutId,
    ...('successorRolloutId' in event ? [event.successorRolloutId] : []),
  ].map((id) => (id === record.rolloutId ? 'its own rollout' : 'another rollout'));
  const isAtEnd = event.type === 'HostStateChanged' && ['Failed', 'Reverted'].includes(event.to);
  const states = event.type === 'HostStateChanged' ? [isAtEnd ? `from ${event.from} to ${event.to}` : event.to] : [];
  const time = event.at < record.openedAt ? 'before it opened' : 'after it opened';
  if (event.type !== 'WaveAdvanced') return [...ids, ...states, time];
  const { fromWave, toWave } = event;
  const isText = String(toWave) > String(fromWave) !== toWave > fromWave;
  const beyond = [8, 255, 65_535].filter((limit) => Math.max(toWave, record.currentWave) > limit).length;
  return [
    ...ids,
    time,
    `${Math.sign(toWave - fromWave)} ${Math.sign(toWave - record.currentWave)}`,
    `as texts ${isText}`,
    `beyond ${beyond}`,
    `from the current one ${fromWave === record.currentWave}`,
  ];
}

function visitFeatures(place: string, outcome: string, visit: Visit): readonly Feature[] {
  const { before, event, policy, result } = visit;
  const relations = relationClasses(before, event);
  const branches = dimensions.guardOutcomes.touched(visit);
  const isLegal = chartCell(before.state, event.type).target !== null;
  // An illegal event is refused whatever it holds, so only the state matters.
  const where = isLegal ? place : before.state;
  const always: readonly Feature[] = [
    [`${!isLegal && outcome === 'SeqRegression' ? before.state : place}: ${outcome}`, WEIGHT.outcome],
    ...branches.map((item): Feature => [`${item}, ${outcome}`, WEIGHT.branch]),
    [`${where} ${policy.onHealthFailure}: ${outcome}`, WEIGHT.branch],
    ...relations.map((relation): Feature => [`${where} ${outcome} ${relation}`, WEIGHT.relation]),
  ];
  const type = outboundTypeOf(event.type);
  // Both sides treat values alike.
  const kinds = fieldKinds(before, event).map(({ field, kind }) => ({ field: field.replace(event.type, type), kind }));
  if (!result.ok) {
    const compared = kinds.filter(({ field }) => COMPARED[outcome]?.includes(field));
    return [
      ...always,
      ...compared.map(({ field, kind }): Feature => [`${outcome} ${field}: ${kind}`, WEIGHT.relation]),
    ];
  }
  return [
    ...always,
    ...kinds.map(({ field, kind }): Feature => {
      if (kind === EVERYTHING) return [`${field}: ${kind}`, WEIGHT.stray];
      return strayTexts.has(kind) ? [kind, WEIGHT.stray] : [`${field}: ${kind}`, WEIGHT.kindAnywhere];
    }),
    ...kinds.map(({ field, kind }): Feature => [`${place} ${outcome} ${field}: ${kind}`, WEIGHT.kind]),
  ];
}

/** The fields on which a refusal depends. */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  'closure-mismatch': ['record.targetClosure', 'Converged.currentClosure'],
  'soak-not-elapsed': ['record.soakDueAt', 'Converged.convergedAt'],
};

function outcomeOf(expected: Exercise['expected']): string {
  if ('mirror' in expected) return String(expected.status);
  if ('err' in expected) return 'invariant' in expected.err ? expected.err.invariant : expected.err.kind;
  const state =
    'state' in expected.ok ? expected.ok.state.state : 'record' in expected.ok ? expected.ok.record.state : '';
  const effects = 'effects' in expected.ok ? expected.ok.effects.map(({ type }) => type) : [];
  return [state, ...effects].join(' ');
}

/** The kinds of values in a question, each with its path. */
function leaves(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`));
  }
  return [`${path}: ${classOfAny(value)}`];
}
