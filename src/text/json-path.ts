const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const PLAIN_NAME = /^[A-Za-z0-9_.:+-]+$/;
const MAX_SHOWN_LENGTH = 120;
const MAX_NAMES_SHOWN = 8;

/** The JSON path of a member: `$.hosts` and `web 1` give `$.hosts["web 1"]`; an index gives `$.edges[0]`. */
export function at(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return PLAIN_KEY.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** A name as text for a message: bare where nothing about it could be misread, otherwise quoted and escaped. */
export function showName(name: string): string {
  return PLAIN_NAME.test(name) && name.length <= MAX_SHOWN_LENGTH ? name : quote(name);
}

/** The first of the names, for a message that must not be longer than a person reads. */
export function someNames(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return '(there are none)';
  const shown = all.slice(0, MAX_NAMES_SHOWN).map(showName).join(', ');
  return all.length > MAX_NAMES_SHOWN ? `${shown}, …` : shown;
}

/** A string in quotes, escaped so that it cannot break a line or a terminal, and cut if it is very long. */
export function quote(text: string): string {
  const shown = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  return JSON.stringify(shown);
}

/** What a value is, in a few words. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `the string ${quote(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
