const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const PLAIN_NAME = /^[A-Za-z0-9_.:+-]+$/;
const MAX_NAME_LENGTH = 120;
const MAX_NAMES_SHOWN = 8;
/** Long enough to recognise a closure by, short enough for a log line. */
const MAX_VALUE_LENGTH = 60;
const MAX_EXCERPT_LENGTH = 160;

/** An object whose fields are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value of a JSON text; `undefined`, which is no such value, if it is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with named fields: neither `null` nor a list. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON path of a member: `$.hosts` and `web 1` give `$.hosts["web 1"]`; an index gives `$.edges[0]`. */
export function at(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return PLAIN_KEY.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** The member reached by these keys: its JSON path, and its value, `undefined` if there is none. */
export function memberAt(
  value: unknown,
  keys: readonly PropertyKey[],
  path: string = '$',
): { readonly path: string; readonly found: unknown } {
  let place = path;
  let found = value;
  for (const key of keys) {
    place = at(place, typeof key === 'number' ? key : String(key));
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
  }
  return { path: place, found };
}

/** A name for a message: bare if it cannot be misread, otherwise quoted and escaped. */
export function showName(name: string): string {
  return PLAIN_NAME.test(name) && name.length <= MAX_NAME_LENGTH ? name : quote(name);
}

/** The first few names, for a short message. */
export function someNames(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return '(there are none)';
  const shown = all.slice(0, MAX_NAMES_SHOWN).map(showName).join(', ');
  return all.length > MAX_NAMES_SHOWN ? `${shown}, …` : shown;
}

/** A string in quotes, escaped so that it cannot break a line or a terminal, and cut if it is too long. */
export function quote(text: string): string {
  const shown = text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH)}…` : text;
  return JSON.stringify(shown);
}

/** The beginning of a text, with its length if it was cut. */
export function excerpt(text: string, maxLength: number = MAX_EXCERPT_LENGTH): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}… (${text.length} characters)`;
}

/**
 * Describes a value in a few words for a message. Bounded for any value: it looks no deeper than one level, and cuts
 * long texts.
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const shown = JSON.stringify(value.slice(0, MAX_VALUE_LENGTH));
      return value.length <= MAX_VALUE_LENGTH ? shown : `${shown}… (${value.length} characters)`;
    }
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'nothing';
    case 'object':
      if (value === null) return 'null';
      if (!Array.isArray(value)) return 'an object';
      return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
  }
}

/** `1 host`, `3 hosts`, `1,204 hosts`. */
export function count(amount: number, noun: string): string {
  return `${formatCount(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** A whole number with commas, the same in every locale: `1,204`. */
export function formatCount(amount: number): string {
  return String(amount).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Replaces characters that a terminal would act on, control and bidirectional ones, with escapes. */
export function printable(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same as {@link printable}, but keeps line breaks. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
