import type { z } from 'zod';
import { at, isObject, quote } from '../../text/index.ts';
import { section } from './field-types.ts';
import { suggestSetting, type Reading } from './reading.ts';
import { keyOut } from './yaml-key.ts';

/**
 * Reads part by part, so that a mistake in one part does not hide another. Unreadable parts are `null`, and reported.
 */

type PartReader = (given: unknown, path: string) => unknown;

/** Reads setting by setting, with a setting's own reader or else its schema. */
export function readSection(
  shape: Readonly<Record<string, z.ZodType>>,
  given: unknown,
  path: string,
  reading: Reading,
  readers: Readonly<Record<string, PartReader>> = {},
): ReadonlyMap<string, unknown> | null {
  if (!isObject(given)) {
    reading.parse(section(shape), given, path);
    return null;
  }
  const read = new Map<string, unknown>();
  for (const [key, value] of Object.entries(given)) {
    const below = at(path, keyOut(key));
    const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (schema === undefined) {
      const message = `there is no setting ${quote(keyOut(key))} here`;
      reading.add(below, message, () => suggestSetting(keyOut(key), Object.keys(shape)), true);
      continue;
    }
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    read.set(key, reader === undefined ? reading.parse(schema, value, below) : reader(value, below));
  }
  for (const [key, schema] of Object.entries(shape)) {
    if (!Object.hasOwn(given, key) && !schema.safeParse(undefined).success)
      reading.parse(schema, undefined, at(path, key));
  }
  return read;
}

/** Reads a mapping entry by entry; `null` if it is not a mapping. */
export function readRecordLeniently<Read>(
  whole: z.ZodType,
  read: (given: unknown, path: string) => Read,
  given: unknown,
  path: string,
  reading: Reading,
): ReadonlyMap<string, Read> | null {
  if (!isObject(given)) {
    reading.parse(whole, given, path);
    return null;
  }
  return new Map(
    Object.entries(given).map(([key, value]) => [keyOut(key), read(value, at(path, keyOut(key)))] as const),
  );
}

/** Reads a list element by element; `null` if it is not a list. */
export function readListLeniently<Read>(
  whole: z.ZodType,
  read: (given: unknown, path: string) => Read,
  given: unknown,
  path: string,
  most: number,
  reading: Reading,
): readonly Read[] | null {
  if (!Array.isArray(given)) {
    reading.parse(whole, given, path);
    return null;
  }
  if (given.length > most) reading.add(path, `expected at most ${most}, found ${given.length}`, 'Use fewer.');
  return given.slice(0, most).map((value: unknown, index) => read(value, at(path, index)));
}
