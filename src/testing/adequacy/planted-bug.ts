import { isObject } from '../../text/index.ts';
import type { Question } from '../conformance/protocol.ts';

/** An answer as JSON. */
export type Json = { readonly [field: string]: unknown };

/** Changes a right answer. Returns the same object if it changes nothing. */
export type Plant = (answer: Json, question: Question) => Json;

/** Every kind of planted bug. */
export const bugKinds = ['value', 'branch', 'limit', 'memory', 'order', 'encoding', 'type'] as const;
/** What a planted bug gets wrong. */
export type BugKind = (typeof bugKinds)[number];

/** A reducer that is right except for one bug. */
export interface PlantedBug {
  /** What it does wrong; unique. */
  readonly name: string;
  readonly kind: BugKind;
  /** Makes a new one for each run, because a bug of kind `memory` keeps state. */
  readonly plant: () => Plant;
}

export type StepQuestion = Extract<Question, { readonly op: 'step' }>;

/** A copy with every inner value passed through `change`; the same object if nothing changed. */
function mapDeep(value: unknown, change: (value: unknown, name: string) => unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    const mapped = value.map((each) => mapDeep(each, change, name));
    return change(mapped.every((each, index) => each === value[index]) ? value : mapped, name);
  }
  if (!isObject(value)) return change(value, name);
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(value)) {
    const each = value[key];
    const mapped = mapDeep(each, change, key);
    if (mapped !== each) (copy ??= { ...value })[key] = mapped;
  }
  return change(copy ?? value, name);
}

/** Safe: answers are objects, and `mapDeep` keeps their shape. */
const mapAnswer = (answer: Json, change: (value: unknown, name: string) => unknown): Json =>
  mapDeep(answer, (value, name) => change(value, name)) as Json;

/** A bug that depends only on the answer's values. */
export const inValues = (
  kind: BugKind,
  name: string,
  change: (value: unknown, field: string) => unknown,
): PlantedBug => ({ kind, name, plant: () => (answer) => mapAnswer(answer, change) });

export const inTexts = (kind: BugKind, name: string, change: (text: string) => unknown): PlantedBug =>
  inValues(kind, name, (value) => (typeof value === 'string' ? change(value) : value));

/** A bug in whole answers. */
export const inAnswers = (kind: BugKind, name: string, change: Plant): PlantedBug => ({
  kind,
  name,
  plant: () => change,
});

/** A bug in the record and the effects of an accepted step. */
export const inSteps = (
  kind: BugKind,
  name: string,
  change: (ok: { readonly state: Json; readonly effects: readonly Json[] }, question: StepQuestion) => Json | null,
): PlantedBug => ({
  kind,
  name,
  plant: () => (answer, question) => {
    if (question.op !== 'step' || !isObject(answer['ok'])) return answer;
    // Safe: the answer to an accepted step has a record and effects.
    const changed = change(answer['ok'] as { state: Json; effects: readonly Json[] }, question);
    return changed === null ? answer : { ok: { ...answer['ok'], ...changed } };
  },
});

/** A bug in one field of the record after an accepted step. */
export const inField = (
  kind: BugKind,
  name: string,
  field: string,
  change: (question: StepQuestion, value: unknown) => unknown,
): PlantedBug =>
  inSteps(kind, name, ({ state }, question) => {
    const value = change(question, state[field]);
    return value === state[field] ? null : { state: { ...state, [field]: value } };
  });

/** A reducer that refuses some steps it should accept. */
export const refusing = (kind: BugKind, name: string, refuses: (question: StepQuestion) => boolean): PlantedBug => ({
  kind,
  name,
  plant: () => (answer, question) =>
    question.op === 'step' && 'ok' in answer && refuses(question) ? { err: { kind: 'IllegalForState' } } : answer,
});

/** A reducer that accepts some steps it should refuse, and leaves the record unchanged. */
export const accepting = (kind: BugKind, name: string, accepts: (question: StepQuestion) => boolean): PlantedBug => ({
  kind,
  name,
  plant: () => (answer, question) =>
    question.op === 'step' && 'err' in answer && accepts(question)
      ? { ok: { state: question.state, effects: [] } }
      : answer,
});
