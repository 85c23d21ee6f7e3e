/** A field that was read, and its value. */
export interface ValueRead {
  /** For example `event.seq` or `record.soakDueAt`. */
  readonly name: string;
  readonly value: unknown;
}

/**
 * The fields of some objects that a function reads, in order. Found by running it, so that nothing has to be stated
 * twice.
 */
export function valuesRead<Objects extends Readonly<Record<string, object>>>(
  objects: Objects,
  run: (watched: Objects) => unknown,
): readonly ValueRead[] {
  const found = new Map<string, unknown>();
  const watched = Object.entries(objects).map(([name, object]) => [
    name,
    new Proxy(object, {
      get: (target, field) => {
        // Safe for any object, because it is read field by field.
        const value = (target as Readonly<Record<string | symbol, unknown>>)[field];
        if (typeof field === 'string') found.set(`${name}.${field}`, value);
        return value;
      },
    }),
  ]);
  // Safe: each name has a proxy that behaves like its object.
  run(Object.fromEntries(watched) as Objects);
  return [...found].map(([name, value]) => ({ name, value }));
}
