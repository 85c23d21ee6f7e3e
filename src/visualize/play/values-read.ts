/** A field that was looked at, and what stood in it. */
export interface ValueRead {
  /** For example `event.seq` or `record.soakDueAt`. */
  readonly name: string;
  readonly value: unknown;
}

/**
 * Which fields of some objects a function looks at, in the order in which it does: found by watching it, so that
 * nobody has to say it a second time.
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
        // Read field by field, whatever the object is.
        const value = (target as Readonly<Record<string | symbol, unknown>>)[field];
        if (typeof field === 'string') found.set(`${name}.${field}`, value);
        return value;
      },
    }),
  ]);
  // The same names, each with an object that behaves as its own does.
  run(Object.fromEntries(watched) as Objects);
  return [...found].map(([name, value]) => ({ name, value }));
}
