import { z } from 'zod';
import { at, byCodeUnit, describeValue, isObject, memberAt, nearestName, showName } from '../text/index.ts';
import type { Draft } from './fleet-draft.ts';
import type { FleetProblemList } from './fleet-problem.ts';

/** The readable part of a value, and the whole value, which is `null` if anything is wrong. */
export interface Read<Partial, Whole> {
  readonly partial: Partial;
  readonly whole: Whole | null;
}

type Fields = Readonly<Record<string, z.ZodType>>;
type PartOf<F extends Fields> = { readonly [Name in keyof F]: z.output<F[Name]> };

/** A reader for a part with fixed fields. Other fields are ignored. */
export function partReader<const F extends Fields>(
  fields: F,
): (value: unknown, path: string, problems: FleetProblemList) => Read<Draft<PartOf<F>>, PartOf<F>> {
  const schema = z.object(fields, { error: 'an object' });
  return (value, path, problems) => {
    const result = schema.safeParse(value);
    if (result.success) {
      // The output of an object schema has exactly its fields' outputs; the compiler cannot see this for a generic F.
      const whole = result.data as PartOf<F>;
      return { partial: whole, whole };
    }
    for (const issue of result.error.issues) {
      reportShape(problems, path, value, issue.path, issue.message, Object.keys(fields));
    }
    return { partial: readEachField(fields, value), whole: null };
  };
}

function readEachField<F extends Fields>(fields: F, value: unknown): Draft<PartOf<F>> {
  const source = isObject(value) ? value : null;
  const read = Object.entries(fields).map(([name, schema]) => {
    const result = source === null ? null : schema.safeParse(source[name]);
    return [name, result?.success === true ? result.data : undefined];
  });
  // The entries are those of F, each with its own schema's output or undefined.
  return Object.fromEntries(read) as Draft<PartOf<F>>;
}

/** Reads a single value. */
export function readValue<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  path: string,
  problems: FleetProblemList,
): Value | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportShape(problems, path, value, issue.path, issue.message);
  return undefined;
}

type ReadItem<Partial, Whole> = (value: unknown, path: string) => Read<Partial, Whole>;

/** Reads a list. Once the limit on problems is reached, the rest is skipped and counts as unread. */
export function readList<Partial, Whole>(
  value: unknown,
  path: string,
  problems: FleetProblemList,
  readItem: ReadItem<Partial, Whole>,
): Read<readonly Partial[] | undefined, readonly Whole[]> {
  if (!Array.isArray(value)) {
    reportShape(problems, path, value, [], 'a list');
    return { partial: undefined, whole: null };
  }
  const partial: Partial[] = [];
  const whole: Whole[] = [];
  for (const [index, item] of value.entries()) {
    if (problems.isFull) {
      problems.stop();
      return { partial: undefined, whole: null };
    }
    const read = readItem(item, at(path, index));
    partial.push(read.partial);
    if (read.whole !== null) whole.push(read.whole);
  }
  return { partial, whole: whole.length === value.length ? whole : null };
}

/** Reads an object whose keys are names into a map, in order of name. Has the same limit as a list. */
export function readByName<Partial, Whole>(
  value: unknown,
  path: string,
  problems: FleetProblemList,
  readItem: ReadItem<Partial, Whole>,
): Read<ReadonlyMap<string, Partial> | undefined, ReadonlyMap<string, Whole>> {
  if (!isObject(value)) {
    reportShape(problems, path, value, [], 'an object');
    return { partial: undefined, whole: null };
  }
  const names = Object.keys(value).sort(byCodeUnit);
  const partial = new Map<string, Partial>();
  const whole = new Map<string, Whole>();
  for (const name of names) {
    if (problems.isFull) {
      problems.stop();
      return { partial: undefined, whole: null };
    }
    const read = readItem(value[name], at(path, name));
    partial.set(name, read.partial);
    if (read.whole !== null) whole.set(name, read.whole);
  }
  return { partial, whole: whole.size === names.length ? whole : null };
}

/**
 * Reports that the value at `keys` below `value` is not what was expected.
 *
 * @param fields the names of the fields of `value`: a missing one may be present under a misspelt name
 */
export function reportShape(
  problems: FleetProblemList,
  path: string,
  value: unknown,
  keys: readonly PropertyKey[],
  expected: string,
  fields: readonly string[] = [],
): void {
  const { path: place, found } = memberAt(value, keys, path);
  const remedy =
    found === undefined ? (misspelling(value, keys, fields) ?? `Add it: ${expected}.`) : `Replace it with ${expected}.`;
  problems.error(place, `expected ${expected}, found ${describeValue(found)}`, remedy);
}

function misspelling(value: unknown, keys: readonly PropertyKey[], fields: readonly string[]): string | null {
  const [missing, ...below] = keys;
  if (!isObject(value) || typeof missing !== 'string' || below.length > 0) return null;
  const unknown = Object.keys(value).filter((name) => !fields.includes(name));
  const nearest = nearestName(missing, unknown);
  return nearest === null ? null : `Rename ${showName(nearest)} to ${showName(missing)}.`;
}
