/** A decoded value of a trace. Integers are `bigint`, and special forms keep their ITF names. */
export type Read =
  | string
  | boolean
  | bigint
  | readonly Read[]
  | { readonly tuple: readonly Read[] }
  | { readonly map: ReadonlyMap<Read, Read> }
  | { readonly record: Readonly<Record<string, Read>> };

/** Reads a trace strictly by Apalache's ADR-015 (revised 2023-09-14). */
export interface ReadTrace {
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, Read>>[];
}

const fail = (what: string, value: unknown): never => {
  throw new Error(`not ITF: ${what}: ${JSON.stringify(value)?.slice(0, 200)}`);
};

const objectAt = (what: string, value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : fail(what, value);

const listAt = (what: string, value: unknown): readonly unknown[] => (Array.isArray(value) ? value : fail(what, value));

const namesAt = (what: string, value: unknown): readonly string[] =>
  listAt(what, value).map((name) => (typeof name === 'string' ? name : fail(what, name)));

/** An object has at most one name with `#`, which gives its form. Numbers and `null` are not in the format. */
function readValue(value: unknown): Read {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(readValue);
  const fields = objectAt('a value', value);
  const marked = Object.keys(fields).filter((name) => name.startsWith('#'));
  if (marked.length === 0) {
    return { record: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, readValue(field)])) };
  }
  const [mark, ...others] = Object.keys(fields);
  if (mark === undefined || others.length > 0) return fail('a marked value with more fields', value);
  const held = fields[mark];
  switch (mark) {
    case '#bigint':
      return typeof held === 'string' && /^-?\d+$/.test(held) ? BigInt(held) : fail('an integer', held);
    case '#tup':
      return { tuple: listAt('a tuple', held).map(readValue) };
    case '#map': {
      const pairs = listAt('a map', held).map((pair) => listAt('a pair', pair).map(readValue));
      const map = new Map(pairs.map(([key, of, ...more]) => [key, of, more.length] as const).map(entryOf));
      return map.size === pairs.length ? { map } : fail('a map with a key twice', held);
    }
    default:
      return fail('a mark that the format does not have, or that no path needs', value);
  }
}

const entryOf = ([key, of, more]: readonly [Read | undefined, Read | undefined, number]): readonly [Read, Read] =>
  key === undefined || of === undefined || more > 0 ? fail('a pair', [key, of]) : [key, of];

export function readItf(text: string): ReadTrace {
  const trace = objectAt('a trace', JSON.parse(text));
  for (const field of Object.keys(trace)) {
    if (!['#meta', 'params', 'vars', 'states', 'loop'].includes(field)) fail('a field of a trace', field);
  }
  objectAt('#meta', trace['#meta']);
  namesAt('params', trace['params'] ?? []);
  const vars = namesAt('vars', trace['vars']);
  const states = listAt('states', trace['states']).map((each) => {
    const { '#meta': meta, ...values } = objectAt('a state', each);
    objectAt('#meta of a state', meta);
    if (Object.keys(values).sort().join() !== [...vars].sort().join()) fail('a state without just its vars', each);
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, readValue(value)]));
  });
  return states.length > 0 ? { vars, states } : fail('a trace without a state', trace);
}

const isVariant = (record: Readonly<Record<string, Read>>): record is { readonly tag: string; readonly value: Read } =>
  Object.keys(record).sort().join() === 'tag,value' && typeof record['tag'] === 'string';

const isList = (read: Read): read is readonly Read[] => Array.isArray(read);

const nameAt = (key: Read): string =>
  typeof key === 'string' ? key : fail('a key of ours, which is text', meant(key));

/** Restores the original value: `None` is `null`, and other variants are tagged unions. */
export function meant(read: Read): unknown {
  if (typeof read === 'string' || typeof read === 'boolean') return read;
  if (typeof read === 'bigint') return Number(read);
  if (isList(read)) return read.map(meant);
  if ('tuple' in read) return read.tuple.map(meant);
  if ('map' in read) return Object.fromEntries([...read.map].map(([key, value]) => [nameAt(key), meant(value)]));
  const { record } = read;
  if (!isVariant(record)) return Object.fromEntries(Object.entries(record).map(([name, each]) => [name, meant(each)]));
  if (record.tag === 'None') return null;
  if (record.tag === 'Some') return meant(record.value);
  return { tag: record.tag, ...(meant(record.value) as object) };
}
