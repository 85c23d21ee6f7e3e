import { z } from 'zod';
import { writeDuration } from '../../text/index.ts';
import { writeSpan, type Span } from '../span.ts';
import { chance, duration, name, number, span } from './field-types.ts';

/** One type of setting: how it is read, and how it is written so that it reads back the same. */
export interface Kind<Value> {
  /** @internal */
  readonly schema: z.ZodType<Value>;
  readonly write: (value: Value) => unknown;
}

/** A setting with its name in a file. */
export interface ScenarioField<Value> {
  readonly key: string;
  readonly kind: Kind<Value>;
  readonly about: string;
}

export type FieldsOf<Settings> = { readonly [Name in keyof Settings]-?: ScenarioField<Settings[Name]> };

export const MS: Kind<number> = { schema: duration, write: writeDuration };
export const SECS: Kind<number> = {
  schema: duration.transform((ms) => ms / 1000).refine((secs) => secs > 0, { error: 'expected a duration above 0s' }),
  write: (secs) => writeDuration(secs * 1000),
};
export const SPAN: Kind<Span> = { schema: span, write: writeSpan };
export const SPAN_OR_NEVER: Kind<Span | null> = {
  schema: z
    .union([z.literal('never'), span], {
      error: 'expected a duration such as 30s, a range such as 30s to 2m, or never',
    })
    .transform((value) => (value === 'never' ? null : value)),
  write: (value) => (value === null ? 'never' : writeSpan(value)),
};
export const CHANCE: Kind<number> = { schema: chance, write: (value) => value };
export const PER_HOUR: Kind<number> = { schema: number(0, 3600, 'how many in an hour'), write: (value) => value };
export const PPM: Kind<number> = { schema: number(0, 100_000, 'millionths'), write: (value) => value };
export const COUNT: Kind<number> = {
  schema: z.int({ error: 'expected a whole number from 1' }).min(1, { error: 'expected a whole number from 1' }),
  write: (value) => value,
};
export const NAMES: Kind<readonly string[]> = {
  schema: z
    .array(name)
    .min(1, { error: 'expected a list with at least one name' })
    .max(100, { error: 'expected at most 100 names' }),
  write: (value) => [...value],
};

export function scenarioField<Value>(key: string, kind: Kind<Value>, about: string): ScenarioField<Value> {
  return { key, kind, about };
}

type AnyFields = Readonly<Record<string, ScenarioField<never>>>;

/** The shape of a section with optional settings. @internal */
export function shapeOfFields<Settings extends object>(fields: FieldsOf<Settings>): Record<string, z.ZodType> {
  // Each field is one of `Field<Settings[keyof Settings]>`; its own type does not matter to its schema here.
  const entries = Object.values<ScenarioField<unknown>>(fields as unknown as Record<string, ScenarioField<unknown>>);
  return Object.fromEntries(entries.map(({ key, kind, about }) => [key, kind.schema.optional().describe(about)]));
}

/** The values of a section, under the simulator's names. */
export function readFields<Settings extends object>(
  fields: FieldsOf<Settings>,
  given: Readonly<Record<string, unknown>>,
): Partial<Settings> {
  // As above: a field reads and writes its own setting, and only the names are looked at here.
  const found = Object.entries(fields as unknown as AnyFields).flatMap(([setting, { key }]) =>
    Object.hasOwn(given, key) && given[key] !== undefined ? [[setting, given[key]] as const] : [],
  );
  // Safe: every value came out of its own field's schema.
  return Object.fromEntries(found) as Partial<Settings>;
}

/** The settings that differ from the defaults, as a file has them. */
export function writeFields<Settings extends object>(
  fields: FieldsOf<Settings>,
  settings: Settings,
  defaults: Settings | null,
): Record<string, unknown> {
  const written: [string, unknown][] = [];
  // The keys of the table are the settings' own names, and it has no other.
  for (const setting of Object.keys(fields) as (keyof Settings)[]) {
    // A table of fields has the settings' own names.
    const { key, kind } = fields[setting];
    const value = settings[setting];
    if (defaults !== null && JSON.stringify(value) === JSON.stringify(defaults[setting])) continue;
    written.push([key, kind.write(value)]);
  }
  return Object.fromEntries(written);
}
